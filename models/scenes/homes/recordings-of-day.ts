import { Random } from '../../synthesis/random.ts';
import type { Sound } from '../../corpus/sound-library.ts';
import type { SoundShelf } from '../sound-shelf.ts';

/**
 * On how many of a hundred days a held-back recording may be played. The number is small, because the result of a
 * hundred days must not depend on a few recordings.
 */
const PLAYS_PER_100_DAYS = 3;

/** Alarms and breaking glass never happen in a house day. */
const NEVER = new Set(['smoke_alarm', 'co_alarm', 'low_battery_chirp', 'glass_break']);
/** Alarms of buildings and breaking objects: they are neither alarms of the home nor valid confusers. */
const UNFAIR =
  /^(fire_bell|fire_voice_evac|siren_or_school_bell|ceramic_break|glass_crunch|glass_break|smoke|co_alarm)/;

/**
 * The recordings that the day with the number `day` may use, once each. Each recording is assigned to three random days
 * of every hundred, so the recordings of a day depend neither on the number of days that are played nor on other
 * recordings.
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
