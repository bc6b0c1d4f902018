import { NEAR_MISSES } from '../synthesis/near-miss.ts';
import { Random } from '../synthesis/random.ts';
import { activitiesOf, type Activity } from './household.ts';
import type { SoundShelf } from './sound-shelf.ts';

/** One sound of the day, not rendered yet: some bytes, however long it is. */
export interface PlannedSound {
  startS: number;
  activity: string;
  /** A corpus label, or a near miss with its star. */
  sound: string;
  levelDbfs: number;
  /** Continuous sounds are looped for this long; the others last as long as they do, up to this. */
  lengthS: number;
  continuous: boolean;
  /** Where its own chances (which recording, which place in it) begin. */
  seed: string;
  /** The room of the activity: all of its sounds come from the same place. */
  roomSeed: string;
}

export const DAY_S = 24 * 3_600;
/** No single sound is longer: a telephone rings for six seconds at a time. */
const LONGEST_SOUND_S = 10;

/** A day of one home, sorted by start. The same shelf and seed give the same day. */
export function planHouseDay(shelf: SoundShelf, seed: string): PlannedSound[] {
  const random = new Random(`house day/${seed}`);
  const available = new Set([
    ...shelf.confusers.labels,
    ...shelf.positives.keys(),
    ...NEAR_MISSES.map((kind) => `*${kind}`),
  ]);
  const planned: PlannedSound[] = [];
  for (const activity of activitiesOf(random.fork('home'))) {
    const sounds = activity.sounds.filter((sound) => available.has(sound));
    if (sounds.length > 0)
      planActivity(planned, random.fork(activity.name), { ...activity, sounds }, `${seed}/${activity.name}`);
  }
  return planned.filter(({ startS }) => startS < DAY_S).sort((a, b) => a.startS - b.startS);
}

function planActivity(planned: PlannedSound[], random: Random, activity: Activity, seed: string): void {
  const times = random.integer(...activity.perDay);
  for (let time = 0; time < times; time++) {
    const [from, to] = random.pick(activity.hours);
    const startS = random.uniform(from, to) * 3_600;
    const lengthS = random.uniform(...activity.minutes) * 60;
    const roomSeed = `${seed}/${time}`;
    const common = { activity: activity.name, roomSeed };
    if (activity.continuous) {
      const levelDbfs = random.uniform(...activity.level);
      planned.push({
        ...common,
        startS,
        sound: random.pick(activity.sounds),
        levelDbfs,
        lengthS: Math.min(lengthS, DAY_S - startS),
        continuous: true,
        seed: roomSeed,
      });
      continue;
    }
    const count = Math.max(1, Math.round((lengthS / 60) * activity.soundsPerMinute * random.uniform(0.6, 1.4)));
    const centre = random.uniform(...activity.level);
    for (let n = 0; n < count; n++) {
      const levelDbfs = Math.max(activity.level[0], Math.min(activity.level[1], random.normal(centre, 5)));
      const sound = random.pick(activity.sounds);
      planned.push({
        ...common,
        startS: startS + random.uniform(0, lengthS),
        sound,
        levelDbfs,
        lengthS: LONGEST_SOUND_S,
        continuous: false,
        seed: `${roomSeed}/${n}`,
      });
    }
  }
}
