import type { Condition } from './calendar.ts';
import type { Place } from './home.ts';
import type { Site, Thing } from './shares.ts';

/**
 * An activity of people, machines, animals, the street or the weather, as data. Each lasts for a while and sounds in
 * one of three ways: single sounds at a rate, one texture all the time (a fan, rain), or a programme of layers (a
 * television, a party).
 */
export interface Activity {
  name: string;
  /** Mean count per day for each of `per`, on days and in homes with this activity. */
  perDay: number;
  per?: 'home' | 'person' | 'child' | 'infant' | 'dog' | 'cat';
  /** Conditions: homes that have this, sites, and days. */
  needs?: Thing;
  site?: readonly Site[];
  on?: Condition;
  months?: readonly number[];
  /** Who must be at home: somebody awake, everybody asleep, nobody, or anybody; absent: people do not matter. */
  presence?: 'awake' | 'asleep' | 'away' | 'in';
  /** The hours between which it starts; absent: any. */
  hours?: readonly (readonly [number, number])[];
  minutes: readonly [number, number];
  places: readonly Place[];
  /** dBFS of the loud part of a sound at a device in the same room; less through a door or a window. */
  level: readonly [number, number];
  sounds: Sounds;
  /** Labels of held-back recordings that may replace a sound. */
  recordings?: readonly string[];
  /** Where the numbers come from. */
  why: string;
}

export type Sounds =
  | { kind: 'single'; perMinute: number; of: Weights; longestS?: number }
  | { kind: 'texture'; of: Weights }
  | { kind: 'programme'; of: Weights };

/** Names in `sounds/`, and the weight of each. */
export type Weights = Readonly<Record<string, number>>;
