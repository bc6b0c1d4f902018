import type { Condition } from './calendar.ts';
import type { Place } from './home.ts';
import type { Site, Thing } from './shares.ts';

/**
 * Something that people, machines, animals, the street or the weather do, as data. Each lasts for a while and sounds in one of three
 * ways: single sounds at a rate, one texture all the time (a fan, rain), or a programme of layers (a television, a party).
 */
export interface Activity {
  name: string;
  /** Mean count a day for each of `per`, on days and in homes where it exists at all. */
  perDay: number;
  per?: 'home' | 'person' | 'child' | 'infant' | 'dog' | 'cat';
  /** Only in homes that have it, at such a site, on such days. */
  needs?: Thing;
  site?: readonly Site[];
  on?: Condition;
  months?: readonly number[];
  /** Who must be in: somebody awake, everybody asleep, nobody, anybody; absent: it happens by itself. */
  presence?: 'awake' | 'asleep' | 'away' | 'in';
  /** Between which hours it starts; absent: at any. */
  hours?: readonly (readonly [number, number])[];
  minutes: readonly [number, number];
  places: readonly Place[];
  /** dBFS of the loud part of a sound at a device in the same room; through a door or a window it is less. */
  level: readonly [number, number];
  sounds: Sounds;
  /** Labels of held-back recordings that may take a sound's place. */
  recordings?: readonly string[];
  /** Where the numbers come from. */
  why: string;
}

export type Sounds =
  | { kind: 'single'; perMinute: number; of: Weights; longestS?: number }
  | { kind: 'texture'; of: Weights }
  | { kind: 'programme'; of: Weights };

/** Names in `sounds/`, and how often each. */
export type Weights = Readonly<Record<string, number>>;
