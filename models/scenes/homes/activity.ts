import type { Condition } from './calendar.ts';
import type { Place } from './home.ts';
import type { Site, Thing } from './shares.ts';

/**
 * An activity of people, machines, animals, the street or the weather. It lasts for a while and sounds in one of three
 * ways: single sounds at a rate, one texture without a pause (a fan, rain), or a programme of several layers (a
 * television, a party).
 */
export interface Activity {
  name: string;
  /**
   * Mean number per day for each home, person or animal of `per`, in homes and on days where the activity is possible.
   */
  perDay: number;
  per?: 'home' | 'person' | 'child' | 'infant' | 'dog' | 'cat';
  /** Where and when the activity is possible: in homes with this thing, at these sites, on such days. */
  needs?: Thing;
  site?: readonly Site[];
  on?: Condition;
  months?: readonly number[];
  /**
   * Who must be at home: at least one person awake, everybody asleep, nobody, or at least one person. Absent: people do
   * not matter.
   */
  presence?: 'awake' | 'asleep' | 'away' | 'in';
  /** The spans of hours in which the activity may begin; absent: at any time. */
  hours?: readonly (readonly [number, number])[];
  minutes: readonly [number, number];
  places: readonly Place[];
  /** dBFS of the loud part of a sound at a device in the same room. Doors and windows reduce it. */
  level: readonly [number, number];
  sounds: Sounds;
  /** Labels of the held-back recordings that may replace a sound of this activity. */
  recordings?: readonly string[];
  /** The source of the numbers. */
  why: string;
}

export type Sounds =
  | { kind: 'single'; perMinute: number; of: Weights; longestS?: number }
  | { kind: 'texture'; of: Weights }
  | { kind: 'programme'; of: Weights };

/** Names of sounds in `sounds/`, each with its weight in the random choice. */
export type Weights = Readonly<Record<string, number>>;
