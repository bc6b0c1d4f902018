import { SAMPLE_RATE, samplesOf } from './sound.ts';

/** A plain note, for all sounds of beepers, bells and music that are not alarms. */
export interface Note {
  startS: number;
  lengthS: number;
  hz: number;
  /** The pitch at the end of the note, if it glides. */
  toHz?: number;
  gain?: number;
  /** Amplitudes of the harmonics. Absent: the note is a sine. */
  harmonics?: readonly number[];
  attackS?: number;
  /** Time constant of the decay. Absent: the note is held and then released in 5 ms. */
  decayS?: number;
  vibratoHz?: number;
  /** Depth of the vibrato, as a share of the pitch. */
  vibratoDepth?: number;
}

const TOP_HZ = 7_900;
// Local copies: in tests, a look-up of the global `Math` in the loop takes longer than the sine.
const { PI, exp, max, min, sin } = Math;

export function addNote(target: Float32Array, note: Note): void {
  const {
    startS,
    lengthS,
    hz,
    toHz = hz,
    gain = 1,
    harmonics = [1],
    attackS = 0.004,
    decayS,
    vibratoHz = 0,
    vibratoDepth = 0,
  } = note;
  const start = samplesOf(startS);
  const length = samplesOf(lengthS);
  const attack = max(1, attackS * SAMPLE_RATE);
  const release = 0.005 * SAMPLE_RATE;
  let phase = 0;
  for (let i = 0; i < length && start + i < target.length; i++) {
    const now = (hz + ((toHz - hz) * i) / length) * (1 + vibratoDepth * sin((2 * PI * vibratoHz * i) / SAMPLE_RATE));
    phase += (2 * PI * now) / SAMPLE_RATE;
    const envelope =
      min(1, i / attack, (length - i) / release) * (decayS === undefined ? 1 : exp(-i / (decayS * SAMPLE_RATE)));
    let x = 0;
    for (let n = 0; n < harmonics.length && (n + 1) * now < TOP_HZ; n++)
      x += (harmonics[n] as number) * sin((n + 1) * phase);
    target[start + i] = (target[start + i] as number) + gain * envelope * x;
  }
}
