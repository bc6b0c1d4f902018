import { Random } from '../../synthesis/random.ts';
import {
  ANIMALS,
  CHILDREN_FROM_PEOPLE,
  HOUSEHOLD_SIZES,
  INFANT,
  PATTERNS,
  SITES,
  THINGS,
  type Pattern,
  type Site,
  type Thing,
} from './shares.ts';

/** Number of homes of a seed; in a hundred days each home has four days. */
export const HOMES = 25;

export const ROOMS = ['living room', 'kitchen', 'hall', 'bedroom', 'bathroom', "children's room"] as const;
/**
 * Where a sound comes from. Sounds from `outdoors` come through the windows, sounds from `neighbours` through a wall.
 */
export type Place = (typeof ROOMS)[number] | 'outdoors' | 'neighbours';

export interface Home {
  name: string;
  site: Site;
  pattern: Pattern;
  people: number;
  children: number;
  infants: number;
  dogs: number;
  cats: number;
  has: ReadonlySet<Thing>;
  /** The room in which the device stands. */
  deviceIn: Place;
  /** Reverberation time: long in bare stairwells and tiled kitchens, short in rooms with carpets and bookshelves. */
  reverberationS: number;
  quiet: Quiet;
  microphone: Microphone;
  /** Gain in dB for all sounds of the people in this home, because some people are louder than others. */
  loudnessDb: number;
  seed: string;
}

/** Level in dBFS when nothing happens in the home. */
export interface Quiet {
  nightDbfs: number;
  dayDbfs: number;
  /** Spectral tilt of the background noise, from white (0.5) to dark (0.97). */
  smoothing: number;
  humHz: number;
  humDbfs: number;
}

export interface Microphone {
  lowestHz: number;
  highestHz: number;
  resonance: { hz: number; q: number; gainDb: number } | null;
  selfNoiseDbfs: number;
  /** Whether sound is sent with 8 bits (mu-law), as cheap cameras do. */
  muLaw: boolean;
}

/**
 * The homes of a seed. Each property is spread evenly over them (six of 25 have a dog, not three or ten), so that a
 * hundred days of different seeds are similar.
 */
export function drawHomes(seed: string): Home[] {
  const spread = new Spread(seed);
  return Array.from({ length: HOMES }, (_, n) => drawHome(seed, n, spread));
}

function drawHome(seed: string, n: number, spread: Spread): Home {
  const at = (name: string): number => spread.at(name, n);
  const random = new Random(`homes/${seed}/${n}`);
  const people = HOUSEHOLD_SIZES.find(({ upTo }) => at('people') < upTo)?.people ?? 1;
  const infants = at('infant') < INFANT.share ? 1 : 0;
  const things = (Object.keys(THINGS) as Thing[]).filter((thing) => at(thing) < THINGS[thing].share);
  const nightDbfs = -80 + 18 * at('night');
  return {
    name: `home-${String(n + 1).padStart(2, '0')}`,
    site: SITES[Math.floor(at('site') * SITES.length)] as Site,
    pattern: PATTERNS.find(({ upTo }) => at('pattern') < upTo)?.pattern ?? 'office',
    people: people + infants,
    children: people >= CHILDREN_FROM_PEOPLE ? people - 2 : 0,
    infants,
    dogs: at('dog') < ANIMALS.dog.share ? 1 : 0,
    cats: at('cat') < ANIMALS.cat.share ? 1 : 0,
    has: new Set(things),
    deviceIn: (['hall', 'living room', 'kitchen', 'bedroom'] as const)[Math.floor(at('device') * 4)] ?? 'hall',
    reverberationS: 0.2 * 4 ** at('reverberation'),
    quiet: {
      nightDbfs,
      dayDbfs: nightDbfs + random.uniform(2, 10),
      smoothing: 0.5 + 0.47 * at('smoothing'),
      // Transformers, fridges and pumps hum at twice the frequency of the mains.
      humHz: random.chance(0.8) ? 100 : 120,
      humDbfs: nightDbfs - 12 + 14 * at('hum'),
    },
    microphone: drawMicrophone(random, at('microphone'), at('mu-law')),
    loudnessDb: -5 + 10 * at('loudness'),
    seed: `${seed}/${n}`,
  };
}

/** Quality of the microphone: 0 is a good MEMS capsule, 1 is the microphone of a cheap camera. */
function drawMicrophone(random: Random, cheapness: number, muLaw: number): Microphone {
  return {
    lowestHz: 40 * 7 ** cheapness,
    highestHz: 7_900 - 3_200 * cheapness * random.next(),
    resonance:
      cheapness < 0.3
        ? null
        : { hz: random.logUniform(500, 6_500), q: random.uniform(0.5, 2), gainDb: random.uniform(-8, 8) },
    selfNoiseDbfs: -92 + 28 * cheapness,
    muLaw: muLaw < 0.2,
  };
}

/**
 * Spreads a property evenly over the homes: divides 0 to 1 into as many steps as there are homes, and gives each home a
 * different step.
 */
class Spread {
  private readonly seed: string;
  private readonly steps = new Map<string, readonly number[]>();

  constructor(seed: string) {
    this.seed = seed;
  }

  at(name: string, home: number): number {
    const known = this.steps.get(name) ?? this.draw(name);
    this.steps.set(name, known);
    return known[home] as number;
  }

  private draw(name: string): number[] {
    const random = new Random(`homes/${this.seed}/spread/${name}`);
    return Array.from({ length: HOMES }, (_, n) => ({ step: (n + random.next()) / HOMES, order: random.next() }))
      .sort((a, b) => a.order - b.order)
      .map(({ step }) => step);
  }
}
