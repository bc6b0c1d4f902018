import type { LeftOut, Scene, SceneEvent } from '../../scenes/scene-types.ts';
import { addAt, samplesOf } from '../../synthesis/sound.ts';

/** An event without the times of its beeps, which refer to its own scene. */
type TimedEvent = Pick<SceneEvent, 'label' | 'startS' | 'endS'>;

/** Joins scenes one after the other and converts their times to those of the whole timeline. */
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
