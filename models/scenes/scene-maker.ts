/**
 * Makes scenes: what a microphone in a home receives, with the exact times of all labelled sounds.
 *
 *   const maker = await openSceneMaker({ corpus, cache, part: 'fit', seed: 1 });
 *   const { samples, events, ignored, slices } = maker.render(17); // ten seconds, random by seed 17
 *   const far = maker.render(17, { about: 'smoke_alarm', snrDb: 0, television: true }); // a slice that a test asks for
 *
 * `render` is synchronous and pure: the same corpus, part, seed and options give the same samples on any machine and in
 * any worker. A worker opens its own maker with the same arguments (the decoded corpus is shared through the page
 * cache) and renders its own range of seeds. `part` separates training and calibration: recordings by
 * corpus/held-back.ts, synthesised sounds by different random numbers.
 */
import { join } from 'node:path';
import { openSoundLibrary } from '../corpus/decode-corpus.ts';
import type { Part } from '../corpus/held-back.ts';
import type { Problem } from '../corpus/problem.ts';
import type { SoundLibrary } from '../corpus/sound-library.ts';
import { Random } from '../synthesis/random.ts';
import { measuredResponses } from './measured-rooms.ts';
import { renderScene, type SceneOptions, type SceneWorld } from './scene.ts';
import type { Scene } from './scene-types.ts';
import { shelve } from './sound-shelf.ts';

export interface SceneMakerOptions {
  /** Folder with the corpus's manifest.csv. */
  corpus: string;
  /** Folder for the decoded sounds. */
  cache: string;
  /** Which recordings of `train` are used: those for training the weights, those for setting the thresholds, or all. */
  part: Part | 'all';
  seed: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

export const SCENE_S = 10;

export class SceneMaker {
  readonly world: SceneWorld;
  /** Files that could not be used, each with its reason. */
  readonly problems: readonly Problem[];
  private readonly stream: Random;
  private readonly library: SoundLibrary;

  constructor(world: SceneWorld, problems: readonly Problem[], stream: Random) {
    this.world = world;
    this.problems = problems;
    this.stream = stream;
    this.library = world.shelf.library;
  }

  render(scene: number, options: Partial<SceneOptions> = {}): Scene {
    return renderScene(this.stream.fork(scene), this.world, { durationS: SCENE_S, ...options });
  }

  close(): void {
    this.library.close();
  }
}

export async function openSceneMaker({ corpus, cache, part, seed, ...rest }: SceneMakerOptions): Promise<SceneMaker> {
  const library = await openSoundLibrary(corpus, { split: 'train', cache: join(cache, 'train'), ...rest });
  const responses = await openSoundLibrary(corpus, { split: 'rir', cache: join(cache, 'rir') });
  const world = { shelf: shelve(library, part, seed), measuredRooms: measuredResponses(responses) };
  const problems = [...library.problems, ...responses.problems];
  responses.close();
  return new SceneMaker(world, problems, new Random(`scenes/${part}/${seed}`));
}
