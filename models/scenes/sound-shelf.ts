import { mapLabel } from '../corpus/label-map.ts';
import type { Part } from '../corpus/held-back.ts';
import { splitParts } from '../corpus/held-back.ts';
import type { Sound, SoundLibrary } from '../corpus/sound-library.ts';
import type { Random } from '../synthesis/random.ts';
import { doubtOf } from './doubted.ts';

/** The sounds of the corpus, grouped by their use in a scene. */
export interface SoundShelf {
  library: SoundLibrary;
  positives: ReadonlyMap<string, readonly Sound[]>;
  confusers: WeightedSounds;
  backgrounds: WeightedSounds;
  speech: readonly Sound[];
}

/**
 * Chooses a random label first and then one of its sounds, so that four clips of telephones are not lost among 380
 * clips of speech.
 */
export class WeightedSounds {
  private readonly byLabel: ReadonlyMap<string, readonly Sound[]>;
  private readonly weights: Readonly<Record<string, number>>;

  constructor(sounds: readonly Sound[], weightOf: (label: string) => number) {
    const byLabel = new Map<string, Sound[]>();
    for (const sound of sounds) byLabel.set(sound.label, [...(byLabel.get(sound.label) ?? []), sound]);
    this.byLabel = byLabel;
    // Weight of a label: the square root of its number of clips, a compromise between equal weight for each label and
    // for each clip.
    this.weights = Object.fromEntries(
      [...byLabel].map(([label, of]) => [label, weightOf(label) * Math.sqrt(of.length)]),
    );
  }

  get labels(): string[] {
    return [...this.byLabel.keys()];
  }

  draw(random: Random): Sound {
    return random.pick(this.byLabel.get(random.weighted(this.weights)) ?? []);
  }

  ofLabels(labels: readonly string[]): Sound[] {
    return labels.flatMap((label) => this.byLabel.get(label) ?? []);
  }
}

/**
 * Labels of sounds that resemble an alarm or breaking glass and caused false detections in earlier networks. They are
 * chosen more often.
 */
const CLOSE: Readonly<Record<string, number>> = {
  doorbell: 4,
  phone_ring: 4,
  electronic_beep: 3,
  medical_alarm_beep: 4,
  alarm_clock: 4,
  alarm_clock_or_buzzer: 3,
  crosswalk_beep: 3,
  microwave: 4,
  morse_beeps: 3,
  arcade_machine: 2,
  siren: 2,
  wind_chimes: 3,
  bird_song: 4,
  rooster: 2,
  church_bells: 2,
  car_horn: 2,
  vacuum_cleaner: 2,
  laughter: 4,
  cough: 3,
  sneeze: 2,
  applause_clap: 3,
  water_running: 3,
  'kitchen_water-flowing': 2,
  misc_other: 2,
  music: 2,
  cutlery_clink: 4,
  dishes: 4,
  dishes_plates_clink: 4,
  'kitchen_clean-dishes': 3,
  glass_clink: 4,
  glass_hit_nobreak: 4,
  coins: 3,
  dropped_or_smashed_object: 4,
  crash_nonglass: 3,
  kitchen_drawer: 2,
  kitchen_cupboard: 2,
  door_knock: 2,
  bang: 2,
  ball_clack: 2,
};

const BACKGROUND =
  /^(background_|rain|fan_aircon|water_running|kitchen_(stove|fr|boil|sweep|water|fridge|juicer|blender|dishwasher|microwave)|vehicle|speech|vacuum|washing|snoring|radio|dishwasher|insects|sea_waves|crowd|keyboard|fire_crackling|helicopter|aircraft)/;
/** Minimum length of a background, because a shorter one would audibly repeat. */
const SHORTEST_BACKGROUND = 3 * 16_000;

export const isBackground = ({ label, samples }: Sound): boolean =>
  BACKGROUND.test(label) && samples >= SHORTEST_BACKGROUND;

export function shelve(library: SoundLibrary, part: Part | 'all', seed: number): SoundShelf {
  const parts = splitParts(library.sounds, seed);
  return shelfOf(
    library,
    library.sounds.filter((sound) => part === 'all' || parts.get(sound.file) === part),
  );
}

/** A shelf with the given sounds of the library, without those whose label is doubted. */
export function shelfOf(library: SoundLibrary, sounds: readonly Sound[]): SoundShelf {
  const usable = sounds.filter((sound) => doubtOf(sound.file) === null);
  const positives = new Map<string, Sound[]>();
  for (const sound of usable) {
    const label = mapLabel(sound.label).positive;
    if (label !== undefined) positives.set(label, [...(positives.get(label) ?? []), sound]);
  }
  const others = usable.filter((sound) => mapLabel(sound.label).positive === undefined);
  return {
    library,
    positives,
    confusers: new WeightedSounds(others, (label) => CLOSE[label] ?? 1),
    backgrounds: new WeightedSounds(others.filter(isBackground), (label) => (label.startsWith('background_') ? 2 : 1)),
    speech: others.filter(({ label }) => label === 'speech'),
  };
}
