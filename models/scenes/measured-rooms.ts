import type { SoundLibrary } from '../corpus/sound-library.ts';

/** The 2 ms before the peak of a response belong to the direct sound. */
const LEAD = 32;
const LONGEST = 11_200;
/**
 * Within this time the echo of a room in a home has lost nine tenths of its energy; echoes of halls, warehouses and
 * effects have not.
 */
const DOMESTIC_S = 0.5;

/** The corpus's impulse responses that may be of a home, from their direct sound on. */
export function measuredResponses(library: SoundLibrary): Float32Array[] {
  return library.sounds.flatMap((sound) => {
    const response = library.read(sound);
    const peak = response.reduce(
      (highest, x, i) => (Math.abs(x) > Math.abs(response[highest] as number) ? i : highest),
      0,
    );
    const room = response.slice(Math.max(0, peak - LEAD), peak + LONGEST);
    return energyTimeS(response.subarray(Math.max(0, peak - LEAD))) <= DOMESTIC_S ? [room] : [];
  });
}

function energyTimeS(response: Float32Array): number {
  const total = response.reduce((sum, x) => sum + x * x, 0);
  let sum = 0;
  for (let i = 0; i < response.length; i++) {
    sum += (response[i] as number) ** 2;
    if (sum >= 0.9 * total) return i / 16_000;
  }
  return Infinity;
}
