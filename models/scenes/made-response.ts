import type { Random } from '../synthesis/random.ts';
import { samplesOf } from '../synthesis/sound.ts';

/** A simple room response: noise that decays by 60 dB in a third to two thirds of a second. */
export function madeResponse(random: Random): Float32Array {
  const t60S = random.uniform(0.3, 0.7);
  return Float32Array.from({ length: samplesOf(t60S) }, (_, i) =>
    i === 0 ? 0.9 : 0.1 * random.normal() * 10 ** ((-3 * i) / samplesOf(t60S)),
  );
}
