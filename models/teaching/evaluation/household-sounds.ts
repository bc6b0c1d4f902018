import type { ManifestRow } from '../../corpus/manifest.ts';
import { Random } from '../../synthesis/random.ts';

/**
 * Labels of the corpus that a person might teach: sounds that are nearly the same each time, and that no release
 * detects.
 */
const TAUGHT_LABELS = [
  'alarm_clock',
  'alarm_clock_or_buzzer',
  'appliance_beep',
  'ball_clack',
  'bell_gong',
  'bicycle_bell',
  'bottle_opening',
  'car_alarm',
  'car_horn',
  'cat',
  'chime',
  'church_bells',
  'clock_tick',
  'coins',
  'cutlery_clink',
  'dishwasher',
  'door_knock',
  'doorbell',
  'electronic_beep',
  'hair_dryer',
  'keyboard',
  'kitchen_cupboard',
  'kitchen_drawer',
  'medical_alarm_beep',
  'microwave',
  'phone_alarm_ringtone',
  'phone_ring',
  'printer',
  'vacuum_cleaner',
  'washing_machine_dryer',
] as const;

/**
 * Each line has words that labels of one kind of sound contain. Confusing two sounds of one kind is no mistake: a
 * report of `phone_ring` in a `phone_alarm_ringtone` is not counted.
 */
const KIN: readonly ReadonlySet<string>[] = [
  'alarm beep beeps buzzer medical microwave phone siren',
  'bell bells chime chimes cymbal doorbell gong',
  'bottle clink coins cutlery dishes glass',
  'bang clack cupboard door drawer dropped impact knock object',
  'blender dishwasher dryer fan juicer printer vacuum washing',
  'click keyboard printer tick',
  'cat',
  'car horn traffic',
].map((words) => new Set(words.split(' ')));

const wordsOf = (label: string): string[] => label.split(/[^a-z]+/);

export const areKin = (a: string, b: string): boolean =>
  KIN.some((kin) => [a, b].every((label) => wordsOf(label).some((word) => kin.has(word))));

/** One recording of each of the first `count` labels. */
export function soundsToTeach(rows: readonly ManifestRow[], count: number): ManifestRow[] {
  return TAUGHT_LABELS.slice(0, count).flatMap((label) => {
    const own = rows.filter((row) => row.label === label);
    return own.length === 0 ? [] : [new Random(`teach/${label}`).pick(own)];
  });
}

/** At most `perLabel` recordings of every label, for counting false alerts. */
export function confusers(rows: readonly ManifestRow[], perLabel: number): ManifestRow[] {
  return [...Map.groupBy(rows, ({ label }) => label)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([label, own]) => {
      const left = [...own];
      const random = new Random(`confusers/${label}`);
      return Array.from(
        { length: Math.min(perLabel, own.length) },
        () => left.splice(random.integer(0, left.length - 1), 1)[0] as ManifestRow,
      );
    });
}
