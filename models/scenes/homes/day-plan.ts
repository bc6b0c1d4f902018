import type { Sound } from '../../corpus/sound-library.ts';
import { Random } from '../../synthesis/random.ts';
import type { SoundShelf } from '../sound-shelf.ts';
import { ACTIVITIES } from './activities/all.ts';
import type { Activity, Weights } from './activity.ts';
import { calendarOf, type Calendar } from './calendar.ts';
import { drawHomes, HOMES, type Home, type Place } from './home.ts';
import { recordingsOfDay } from './recordings-of-day.ts';
import { DAY_S, modeAt, scheduleOf, type ModeSpan } from './schedule.ts';

/** Number of the day. Consecutive days use the homes of the seed in turn. */
export interface DayKey {
  seed: string;
  day: number;
}

/** One sound of the day before it is rendered. It takes only a few bytes, however long the sound is. */
export interface PlannedSound {
  startS: number;
  /** How long a texture or programme lasts. For a single sound, its greatest length. */
  lengthS: number;
  activity: string;
  kind: 'single' | 'texture' | 'programme' | 'recording';
  /** A name in `sounds/` or in `PROGRAMMES`; for a recording, its label. */
  sound: string;
  recording: Sound | null;
  levelDbfs: number;
  place: Place;
  /**
   * Number of the spot in the room from which the sound comes. It is the same for all sounds of one occurrence of an
   * activity.
   */
  spot: number;
  /** The seed of the sound's own random numbers. */
  seed: string;
}

export interface DayPlan {
  home: Home;
  calendar: Calendar;
  modes: readonly ModeSpan[];
  /** Sounds in the order of their start. */
  sounds: readonly PlannedSound[];
}

/**
 * Number of spots in each room. With three spots, all sounds of a kitchen share three room responses, which saves
 * computing time.
 */
const SPOTS = 3;
/** Standard deviation of the levels of single sounds in one occurrence of an activity. */
const LEVEL_SPREAD_DB = 5;
/** Greatest length of a single sound; some sounds are shorter. */
const SINGLE_S = [1, 4.5] as const;
/** Longer recordings are cut to this length. */
const LONGEST_RECORDING_S = 120;

/** Plans a day. The same sound shelf and the same key give the same day. */
export function planHouseDay(shelf: SoundShelf, key: DayKey): DayPlan {
  const home = drawHomes(key.seed)[key.day % HOMES] as Home;
  const calendar = calendarOf(home, key.day);
  const random = new Random(`house day/${key.seed}/${key.day}`);
  const modes = scheduleOf(home, calendar, random.fork('schedule'));
  const planner = new Planner(home, calendar, modes, `${key.seed}/${key.day}`);
  for (const activity of ACTIVITIES) planner.add(activity, random.fork(activity.name));
  planner.comeAndGo(random.fork('coming and going'));
  planner.useRecordings(recordingsOfDay(shelf, key.seed, key.day), random.fork('recordings'));
  return { home, calendar, modes, sounds: planner.sounds.toSorted((a, b) => a.startS - b.startS) };
}

class Planner {
  readonly sounds: PlannedSound[] = [];
  private readonly home: Home;
  private readonly calendar: Calendar;
  private readonly modes: readonly ModeSpan[];
  private readonly seed: string;

  constructor(home: Home, calendar: Calendar, modes: readonly ModeSpan[], seed: string) {
    this.home = home;
    this.calendar = calendar;
    this.modes = modes;
    this.seed = seed;
  }

  add(activity: Activity, random: Random): void {
    if (!this.happensHere(activity)) return;
    const mean = activity.perDay * this.countOf(activity.per ?? 'home');
    for (let n = poisson(random, mean); n > 0; n--) {
      const startS = this.startOf(activity, random);
      if (startS !== null) this.occasion(activity, startS, random, `${this.seed}/${activity.name}/${n}`);
    }
  }

  /**
   * Adds the sounds of leaving and of coming back. They begin up to a minute before or after the change of the mode,
   * because people switch the mode a little early or late.
   */
  comeAndGo(random: Random): void {
    const coming: Activity = {
      name: 'leaving and coming home',
      perDay: 0,
      minutes: [1.5, 3],
      places: ['hall'],
      level: [-46, -18],
      sounds: { kind: 'single', perMinute: 12, of: { keys: 3, door: 2, steps: 3, talk: 1, rustle: 1 } },
      why: '',
    };
    const edges = this.modes.flatMap(({ mode, fromS, toS }) => (mode === 'away' ? [fromS, toS] : []));
    for (const atS of edges)
      if (atS > 0 && atS < DAY_S)
        this.occasion(coming, atS - random.uniform(60, 120), random, `${this.seed}/coming/${atS}`);
  }

  /**
   * A recording replaces a sound in an activity whose list of recordings contains its label, at the level of the
   * activity. A recording that fits no activity is not played.
   */
  useRecordings(recordings: readonly Sound[], random: Random): void {
    for (const recording of recordings) {
      const fitting = new Set(
        ACTIVITIES.filter(({ recordings: labels = [] }) => labels.includes(recording.label)).map(({ name }) => name),
      );
      const places = this.sounds.filter(({ activity, recording: taken }) => taken === null && fitting.has(activity));
      if (places.length === 0) continue;
      const place = random.pick(places);
      const lengthS = Math.min(LONGEST_RECORDING_S, recording.samples / 16_000);
      const taken: PlannedSound = {
        ...place,
        kind: 'recording',
        sound: recording.label,
        recording,
        lengthS,
        seed: `${place.seed}/${recording.file}`,
      };
      if (place.kind === 'single') this.sounds[this.sounds.indexOf(place)] = taken;
      // In a texture or a programme, the recording is played once.
      else
        this.sounds.push({ ...taken, startS: place.startS + random.uniform(0, Math.max(0, place.lengthS - lengthS)) });
    }
  }

  private happensHere({ needs, site, on, months }: Activity): boolean {
    return (
      (needs === undefined || this.home.has.has(needs)) &&
      (site === undefined || site.includes(this.home.site)) &&
      (on === undefined || this.calendar.conditions.has(on)) &&
      (months === undefined || months.includes(this.calendar.month))
    );
  }

  private countOf(per: NonNullable<Activity['per']>): number {
    const { people, children, infants, dogs, cats } = this.home;
    return { home: 1, person: people, child: children, infant: infants, dog: dogs, cat: cats }[per];
  }

  /**
   * Chooses a random time at which the activity can begin. Null: after several tries no time was found at which the
   * right people are present, so the activity does not happen on this day.
   */
  private startOf({ hours, presence }: Activity, random: Random): number | null {
    for (let tries = 0; tries < 12; tries++) {
      const [from, to] = hours ? random.pick(hours) : [0, 24];
      const startS = 3_600 * random.uniform(from, to);
      const mode = modeAt(this.modes, startS);
      const fits = { awake: mode === 'home', asleep: mode === 'night', away: mode === 'away', in: mode !== 'away' };
      if (startS < DAY_S && (presence === undefined || fits[presence])) return startS;
    }
    return null;
  }

  private occasion(activity: Activity, startS: number, random: Random, seed: string): void {
    const { places, level, sounds, presence, minutes } = activity;
    const fullS = 60 * random.uniform(...minutes);
    const lengthS = Math.min(fullS, this.endOf(presence, startS) - startS);
    const centre = random.uniform(...level) + (presence === undefined ? 0 : this.home.loudnessDb);
    const common = {
      activity: activity.name,
      place: random.pick(places),
      spot: random.integer(0, SPOTS - 1),
      recording: null,
      kind: sounds.kind,
    };
    if (sounds.kind !== 'single') {
      const sound = random.weighted(sounds.of as Record<string, number>);
      this.sounds.push({ ...common, startS, lengthS, sound, levelDbfs: centre, seed });
      return;
    }
    const count = Math.max(1, Math.round((lengthS / 60) * sounds.perMinute * random.uniform(0.6, 1.4)));
    for (let n = 0; n < count; n++) {
      const atS = startS + random.uniform(0, lengthS);
      if (atS >= DAY_S || atS < 0) continue;
      this.sounds.push({
        ...common,
        startS: atS,
        lengthS: sounds.longestS ?? random.uniform(...SINGLE_S),
        sound: random.weighted(sounds.of as Record<string, number> satisfies Weights),
        levelDbfs: Math.min(level[1], random.normal(centre, LEVEL_SPREAD_DB)),
        seed: `${seed}/${n}`,
      });
    }
  }

  /**
   * When the activity ends. An activity of people ends when they leave or fall asleep; machines and the weather
   * continue.
   */
  private endOf(presence: Activity['presence'], startS: number): number {
    const span = this.modes.find(({ fromS, toS }) => startS >= fromS && startS < toS);
    return presence === undefined || presence === 'in' || !span ? DAY_S : span.toS;
  }
}

/** A random number from a Poisson distribution, by Knuth's method, which is fast enough for means below 60. */
function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}
