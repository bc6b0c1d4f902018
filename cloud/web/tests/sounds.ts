import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { Cadence } from '@earshot/shared/contracts/candidate.ts';

const RATE = 16_000;

/**
 * The hum and hiss of a room, so that a picture of the clip looks like one of a real recording. The seed is fixed, so
 * that the picture stays the same.
 */
function room(seconds: number): Float32Array {
  let seed = 7;
  const noise = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
  return Float32Array.from(
    { length: seconds * RATE },
    (_, at) => noise() * 0.012 + 0.004 * Math.sin((2 * Math.PI * 100 * at) / RATE),
  );
}

interface Beeps {
  seconds: number;
  startS: number;
  toneHz: number;
  onS: number;
  offS: number;
  perGroup: number;
  periodS: number;
}

function beeping({ seconds, startS, toneHz, onS, offS, perGroup, periodS }: Beeps): Uint8Array {
  const samples = room(seconds);
  for (let at = 0; at < samples.length; at++) {
    const sinceS = at / RATE - startS;
    const inGroupS = sinceS % periodS;
    const inBeepS = inGroupS % (onS + offS);
    if (sinceS < 0 || inGroupS >= perGroup * (onS + offS) || inBeepS >= onS) continue;
    // The sounder of an alarm: a tone and its second harmonic. Each beep fades in and out over 5 ms.
    const edge = Math.min(1, inBeepS / 0.005, (onS - inBeepS) / 0.005);
    const turn = 2 * Math.PI * toneHz * sinceS;
    samples[at]! += 0.32 * edge * (Math.sin(turn) + 0.12 * Math.sin(2 * turn)) * (1 - 0.25 * (sinceS / seconds));
  }
  return writeWav([samples], { sampleRate: RATE });
}

/** T3, the pattern of smoke alarms: three beeps of 0.5 s, every 4 s. */
export const smokeClip = (): Uint8Array =>
  beeping({ seconds: 10, startS: 1.6, toneHz: 3118, onS: 0.5, offS: 0.5, perGroup: 3, periodS: 4 });

/** T4, the pattern of CO alarms: four beeps of 0.1 s, every 5.8 s. */
export const coClip = (): Uint8Array =>
  beeping({ seconds: 10, startS: 1.6, toneHz: 3050, onS: 0.1, offS: 0.1, perGroup: 4, periodS: 5.8 });

/** A crash and falling pieces: decaying bursts of noise with a few ringing shards. */
export function glassClip(): Uint8Array {
  const samples = room(6);
  let seed = 11;
  const noise = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
  for (let piece = 0; piece < 26; piece++) {
    const startS = 2 + (piece === 0 ? 0 : 0.08 + 1.6 * (piece / 26) ** 1.4);
    const [decayS, loud, hz] = [
      piece === 0 ? 0.12 : 0.03,
      piece === 0 ? 0.7 : 0.35 * (1 - piece / 30),
      2_600 + 4_800 * Math.abs(noise()),
    ];
    for (let i = 0; i < decayS * 6 * RATE; i++) {
      const at = Math.round(startS * RATE) + i;
      if (at >= samples.length) break;
      const fade = loud * Math.exp(-i / (decayS * RATE));
      samples[at]! += fade * (noise() * 1.1 + 0.5 * Math.sin((2 * Math.PI * hz * i) / RATE));
    }
  }
  return writeWav([samples.map((sample) => Math.max(-0.98, Math.min(0.98, sample)))], { sampleRate: RATE });
}

export const T3: Cadence = {
  pattern: 't3',
  toneHz: 3118,
  onS: 0.5,
  offS: 0.5,
  periodS: 4,
  beeps: 9,
  groups: 3,
  fit: 0.97,
};
export const T4: Cadence = {
  pattern: 't4',
  toneHz: 3050,
  onS: 0.1,
  offS: 0.1,
  periodS: 5.8,
  beeps: 8,
  groups: 2,
  fit: 0.94,
};
