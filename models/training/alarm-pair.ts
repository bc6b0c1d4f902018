import type { SceneMaker } from '../scenes/scene-maker.ts';
import type { LeftOut, Scene, SceneEvent } from '../scenes/scene-types.ts';
import { addAt, samplesOf } from '../synthesis/sound.ts';
import type { Random } from '../synthesis/random.ts';
import { snrFrom } from './snr.ts';

/** An event without the times of its beeps, which refer to its own scene. */
type TimedEvent = Pick<SceneEvent, 'label' | 'startS' | 'endS'>;

/** Scenes one after the other or on top of each other, with times of the whole. */
export class Timeline {
  readonly samples: Float32Array;
  readonly events: TimedEvent[] = [];
  readonly ignored: LeftOut[] = [];

  constructor(lengthS: number) {
    this.samples = new Float32Array(samplesOf(lengthS));
  }

  add(scene: Pick<Scene, 'samples' | 'events' | 'ignored'>, atS: number, sceneS: number): void {
    addAt(this.samples, scene.samples, samplesOf(atS));
    this.events.push(
      ...scene.events.map(({ label, startS, endS }) => ({ label, startS: startS + atS, endS: endS + atS })),
    );
    this.ignored.push(
      ...scene.ignored.map((open) => ({
        ...open,
        startS: open.startS + atS,
        endS: Math.min(sceneS, open.endS) + atS,
      })),
    );
  }
}

export interface PairOptions {
  /** The number of the first alarm's scene; the second one's is the next. */
  scene: number;
  /** How long each scene lasts. */
  sceneS: number;
  leastSnrDb?: number | undefined;
}

/**
 * A smoke and a CO alarm, together or one soon after the other. What a device measures of one then holds beeps of the
 * other, and both must be reported.
 */
export function alarmPair(maker: SceneMaker, random: Random, { scene, sceneS, leastSnrDb }: PairOptions): Timeline {
  const secondAtS = random.uniform(0, sceneS);
  const timeline = new Timeline(secondAtS + sceneS);
  const labels = random.chance(0.5) ? ['smoke_alarm', 'co_alarm'] : ['co_alarm', 'smoke_alarm'];
  labels.forEach((about, n) => {
    const rendered = maker.render(scene + n, {
      about,
      durationS: sceneS,
      alarmGoesOn: true,
      ...snrFrom(random, leastSnrDb),
    });
    timeline.add(rendered, n * secondAtS, sceneS);
  });
  return timeline;
}
