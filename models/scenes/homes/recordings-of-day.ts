import { Random } from '../../synthesis/random.ts';
import type { Sound } from '../../corpus/sound-library.ts';
import type { SoundShelf } from '../sound-shelf.ts';

/** How often a held-back recording is heard in a hundred days, at most: a day's figure must not be that of a few recordings. */
const PLAYS_PER_100_DAYS = 3;

/** Alarms and breaking glass never happen in a house day. */
const NEVER = new Set(['smoke_alarm', 'co_alarm', 'low_battery_chirp', 'glass_break']);
/** Building alarms and breaking things: neither alarms of the home nor fair confusers. */
const UNFAIR =
  /^(fire_bell|fire_voice_evac|siren_or_school_bell|ceramic_break|glass_crunch|glass_break|smoke|co_alarm)/;

/**
 * The recordings that day `day` may use, once each. Every recording draws its three days of each hundred by itself: what a day holds
 * does not depend on how many days are played, nor on the other recordings.
 */
export function recordingsOfDay({ confusers, positives }: SoundShelf, seed: string, day: number): Sound[] {
  const all = [
    ...confusers.ofLabels(confusers.labels),
    ...[...positives].flatMap(([label, sounds]) => (NEVER.has(label) ? [] : sounds)),
  ].filter(({ label }) => !UNFAIR.test(label));
  const hundred = Math.floor(day / 100);
  return all.filter(({ file }) => daysOf(file, `${seed}/${hundred}`).includes(day % 100));
}

function daysOf(file: string, seed: string): number[] {
  const random = new Random(`recordings/${seed}/${file}`);
  return Array.from({ length: PLAYS_PER_100_DAYS }, () => random.integer(0, 99));
}
