import type { StreamOptions } from '../../corpus/audio-file.ts';
import { dropSamples } from '../../corpus/drop-samples.ts';
import { SAMPLE_RATE } from '../../corpus/mono.ts';
import type { SceneMaker } from '../../scenes/scene-maker.ts';
import { type Scene, WHOLE_SCENE_S } from '../../scenes/scene-types.ts';
import type { PlayedPart } from './played.ts';
import type { HouseDaySession, SceneSession, SceneWorldPlace } from './session.ts';
import type { SoundPart } from './sounds.ts';

/** The scene makers of this thread. Each maker is opened once and used for all scenes and days. */
const makers = new Map<string, Promise<SceneMaker>>();

function makerOf(place: SceneWorldPlace): Promise<SceneMaker> {
  const key = JSON.stringify([place.corpus, place.cache, place.seed, place.part]);
  const known = makers.get(key) ?? open(place);
  makers.set(key, known);
  return known;
}

/** Loads the code of synthesis and rooms only for runs that render scenes or days. */
async function open(place: SceneWorldPlace): Promise<SceneMaker> {
  const { openSceneMaker } = await import('../../scenes/scene-maker.ts');
  return openSceneMaker({ part: 'calibrate', ...place });
}

type Described = Omit<PlayedPart, 'startS' | 'durationS'>;

/** A scene, with the exact times of its labels. */
export class ScenePart implements SoundPart {
  private readonly session: SceneSession;
  private scene: Scene | null = null;

  constructor(session: SceneSession) {
    this.session = session;
  }

  describe(): Described {
    const { events = [], ignored = [], slices = {} } = this.scene ?? {};
    const stated = this.session.snrDb === null ? {} : { stated_snr: String(this.session.snrDb) };
    return {
      file: `scene-${String(this.session.scene).padStart(6, '0')}`,
      annotations: events.map(({ label, startS, endS, slices: own }) => ({
        label,
        onsetS: startS,
        offsetS: endS,
        slices: { ...stated, ...own },
      })),
      leftOut: ignored,
      slices: { ...slices, ...stated },
      doubted: [],
    };
  }

  /** Returns false, because a scene is rendered as a whole and cannot be played from its middle. */
  async isEnteredAnywhere(): Promise<boolean> {
    return false;
  }

  async *samples({ fromS = 0 }: StreamOptions = {}): AsyncIterable<Float32Array> {
    const { world, scene, snrDb } = this.session;
    const maker = await makerOf(world);
    // Ask for scenes in rooms of a home, with alarms that sound until the end.
    const asked = { setting: 'home', alarmGoesOn: true, durationS: WHOLE_SCENE_S } as const;
    this.scene = maker.render(scene, snrDb === null ? asked : { ...asked, snrDb });
    yield this.scene.samples.subarray(fromS * SAMPLE_RATE);
  }
}

/** A day of one home, rendered piece by piece. */
export class HouseDayPart implements SoundPart {
  private readonly session: HouseDaySession;
  private readonly described: Described;

  constructor(session: HouseDaySession) {
    this.session = session;
    this.described = {
      file: `house-day-${String(session.day).padStart(4, '0')}`,
      annotations: [],
      leftOut: [],
      slices: {},
      doubted: [],
    };
  }

  describe(): Described {
    return this.described;
  }

  async isEnteredAnywhere(): Promise<boolean> {
    return true;
  }

  async *samples({ signal, fromS = 0 }: StreamOptions = {}): AsyncIterable<Float32Array> {
    // Start at a whole minute, because days are rendered in pieces of whole minutes.
    const minuteS = Math.floor(fromS / 60) * 60;
    yield* dropSamples(this.render(minuteS, signal), (fromS - minuteS) * SAMPLE_RATE);
  }

  private async *render(fromS: number, signal: AbortSignal | undefined): AsyncGenerator<Float32Array> {
    const { world, day } = this.session;
    this.described.annotations = [];
    this.described.leftOut = [];
    const maker = await makerOf(world);
    const { houseDay } = await import('../../scenes/house-day.ts');
    const { planHouseDay } = await import('../../scenes/homes/day-plan.ts');
    const { columnsOfHome } = await import('../../scenes/homes/home-columns.ts');
    const key = { seed: `replay/${world.seed}`, day };
    const { home, modes, calendar } = planHouseDay(maker.world.shelf, key);
    this.described.modes = modes;
    this.described.slices = { ...columnsOfHome(home), month: String(calendar.month) };
    for await (const piece of houseDay(maker.world, key, {
      fromS,
      reuseSamples: true,
      ...(signal ? { signal } : {}),
    })) {
      this.described.annotations.push(
        ...piece.events.map(({ label, startS, endS }) => ({ label, onsetS: startS, offsetS: endS })),
      );
      this.described.leftOut.push(...piece.ignored);
      yield piece.samples;
    }
  }
}
