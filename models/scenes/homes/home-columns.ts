import type { Home } from './home.ts';

/** The columns by which a report compares homes. */
export const columnsOfHome = (home: Home): Record<string, string> => ({
  home: home.name,
  site: home.site,
  dwelling: dwellingOf(home),
  pets: home.dogs > 0 ? 'dog' : home.cats > 0 ? 'cat' : 'none',
  children: home.children + home.infants > 0 ? 'yes' : 'no',
  'device in': home.deviceIn,
  microphone: home.microphone.muLaw ? 'cheap camera' : 'ordinary',
});

/** A home with a shared stairwell is a flat. A flat counts as dense in a city, or where neighbours are audible through the wall. */
function dwellingOf({ has, site }: Home): 'dense flat' | 'other flat' | 'house' {
  if (!has.has('stairwell')) return 'house';
  return site === 'city' || has.has('noisy neighbours') ? 'dense flat' : 'other flat';
}
