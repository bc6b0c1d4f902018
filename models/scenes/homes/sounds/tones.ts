import { SAMPLE_RATE, samplesOf } from '../../../synthesis/sound.ts';

/**
 * One period of a tone with all its harmonics. It is read at any pitch, so a dozen harmonics take one multiplication
 * per sample.
 */
export type ToneTable = Float32Array;

const SIZE = 2_048;
const TOP_HZ = 7_800;

export function toneOf(harmonics: readonly number[]): ToneTable {
  const table = new Float32Array(SIZE + 1);
  const sum = harmonics.reduce((total, gain) => total + Math.abs(gain), 0);
  harmonics.forEach((gain, n) => {
    for (let i = 0; i <= SIZE; i++)
      table[i] = (table[i] as number) + (gain / sum) * Math.sin((2 * Math.PI * (n + 1) * i) / SIZE);
  });
  return table;
}

export interface Tone {
  startS: number;
  lengthS: number;
  hz: number;
  toHz?: number;
  gain?: number;
  attackS?: number;
  /** Time constant of the decay. Absent: the note is held. */
  decayS?: number;
  vibratoHz?: number;
  vibratoDepth?: number;
}

export function addTone(target: Float32Array, table: ToneTable, tone: Tone): void {
  const { startS, lengthS, hz, toHz = hz, gain = 1, attackS = 0.01, decayS, vibratoHz = 0, vibratoDepth = 0 } = tone;
  if (hz >= TOP_HZ) return;
  const start = samplesOf(startS);
  const length = Math.min(samplesOf(lengthS), target.length - start);
  const attack = 1 / Math.max(1, attackS * SAMPLE_RATE);
  const release = 1 / (0.008 * SAMPLE_RATE);
  const fall = decayS === undefined ? 1 : Math.exp(-1 / (decayS * SAMPLE_RATE));
  const turn = (2 * Math.PI * vibratoHz) / SAMPLE_RATE;
  const glide = (toHz - hz) / Math.max(1, length);
  let phase = 0;
  let strength = gain;
  for (let i = 0; i < length; i++) {
    const now = vibratoDepth === 0 ? hz + glide * i : (hz + glide * i) * (1 + vibratoDepth * Math.sin(turn * i));
    phase += now / SAMPLE_RATE;
    if (phase >= 1) phase -= 1;
    const envelope = Math.min(1, i * attack, (length - i) * release);
    target[start + i] = (target[start + i] as number) + strength * envelope * (table[(phase * SIZE) | 0] as number);
    strength *= fall;
  }
}
