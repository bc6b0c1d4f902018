import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import type { DecodedClip } from '../verifier/clip-scorer.ts';

/**
 * Increase it when the result of `loudestPart` changes for the same clip, and run models/replay/likeness/fit-real-glass.ts: names of
 * different versions cannot be compared. Ignored sounds are then embedded again from their recordings.
 */
export const LOUDEST_PART_VERSION = 1;

const RATE = 16_000;
/** The length of the result, the same as that of a device's clip. */
const CLIP = 10 * RATE;
const WINDOW = 0.5 * RATE;
/** Where the window is searched, from the start of the event: the device can state the start a little too late. */
const SEARCH = { from: -0.5 * RATE, to: 3.5 * RATE };
/** How much before and after the window belongs to the part. */
const BEFORE = 0.45 * RATE;
const AFTER = 1.55 * RATE;
const PART_AT = 1.3 * RATE;
/** Both ends of the part fade, because a sudden start would be a click. */
const FADE = 0.03 * RATE;
const LEVEL = 10 ** (-30 / 20);
/** 18 dB below the sound: it hides what is left of the room's noise. Louder noise would also hide more of the sound. */
const NOISE = LEVEL * 10 ** (-18 / 20);

/**
 * The loudest part of a sound: 2.5 s around its loudest half second, always at the same level, at the same place in the clip and in the same
 * faint noise. The level, the start and the room's noise change the embedding of this part less than that of the whole clip. The evidence is
 * always the same, too.
 */
export function loudestPart(samples: Float32Array, eventStartS: number, label: string): DecodedClip {
  const { start, rms } = loudestWindow(samples, Math.round(eventStartS * RATE));
  const part = samples.subarray(Math.max(0, start - BEFORE), start + WINDOW + AFTER);
  const gain = rms > 0 ? LEVEL / rms : 0;
  const clip = faintNoise();
  part.forEach((sample, at) => {
    const fade = Math.min(1, (at + 1) / FADE, (part.length - at) / FADE);
    clip[PART_AT + at]! += gain * fade * sample;
  });
  return {
    samples: clip.map((sample) => Math.max(-1, Math.min(1, sample))),
    eventStartS: PART_AT / RATE,
    evidence: { label, why: { cadence: NO_CADENCE, scores: {} } },
  };
}

function loudestWindow(samples: Float32Array, eventStart: number): { start: number; rms: number } {
  const from = Math.max(0, Math.min(eventStart + SEARCH.from, samples.length - WINDOW));
  const to = Math.min(samples.length, Math.max(eventStart + SEARCH.to, from + WINDOW));
  let [start, most, sum] = [from, 0, 0];
  for (let at = from; at < to; at++) {
    sum += samples[at]! ** 2;
    if (at - WINDOW >= from) sum -= samples[at - WINDOW]! ** 2;
    if (sum > most) [start, most] = [Math.max(from, at + 1 - WINDOW), sum];
  }
  return { start, rms: Math.sqrt(most / WINDOW) };
}

/** Approximately brown noise, which is the same at each call: repeats of a sound must not differ in it. */
function faintNoise(): Float32Array {
  let [state, hum] = [1, 0];
  return new Float32Array(CLIP).map(() => {
    // A linear congruential generator with the constants of "Numerical Recipes".
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    hum = 0.95 * hum + 0.31 * (state / 2 ** 31 - 1);
    // The factor makes the root mean square NOISE.
    return (hum * NOISE) / Math.sqrt(1 / 3);
  });
}
