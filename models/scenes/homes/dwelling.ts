import type { Home } from './home.ts';

export type Dwelling = 'dense flat' | 'other flat' | 'house';

/** A flat shares a stairwell with others. It is dense in a city, or where the neighbours are heard through the wall. */
export function dwellingOf({ has, site }: Home): Dwelling {
  if (!has.has('stairwell')) return 'house';
  return site === 'city' || has.has('noisy neighbours') ? 'dense flat' : 'other flat';
}
