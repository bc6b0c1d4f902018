import type { SoundLibrary } from '../corpus/sound-library.ts';

/** The direct sound of a response begins up to 2 ms before its peak. */
const LEAD = 32;
const LONGEST = 11_200;
/**
 * Within this time, the echo of a room in a home has lost nine tenths of its energy. Echoes of halls and warehouses,
 * and artificial echoes, have not.
 */
const DOMESTIC_S = 0.5;

/** The impulse responses of the corpus that may come from a home. Each starts with its direct sound. */
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
