import { join } from 'node:path';
import { openSceneMaker, type SceneMaker } from '../scenes/scene-maker.ts';
import { checkCorpus, type Trainable } from './corpus-check.ts';
import { ProgressBar } from './progress-bar.ts';
import { writeQuickCorpus } from './quick-corpus.ts';
import type { Recipe } from './recipe.ts';

/** The options and folders of one training run. All stages get the same ones. */
export interface RunOptions {
  recipe: Recipe;
  seed: number;
  /** Folder of the corpus. If it is absent, a synthesised corpus is used. */
  corpus?: string;
  /** A release with whose weights the run begins. If it is absent, the run begins with new weights. */
  from?: string;
  /** Only these labels of the verifier are trained and calibrated; absent: all labels. */
  labels?: readonly string[];
  /** With `from`: its trunk is kept byte for byte, and only the heads are trained. */
  keepTrunk?: boolean;
  /**
   * A network that labels sounds for the verifier's training. If it is absent, only the labels of the corpus are used.
   */
  teacher?: string;
  /** Folder for the results of the run's stages. */
  work: string;
  /** Folder for decoded sounds, which all runs on the same corpus share. */
  cache: string;
  signal: AbortSignal;
  say: (line: string) => void;
}

/** The folder of the corpus with its manifest, and the folder with its decoded sounds. */
export interface CorpusPlace {
  corpus: string;
  cache: string;
}

export async function corpusOf({ corpus, cache, seed, work }: RunOptions): Promise<CorpusPlace> {
  if (corpus !== undefined) return { corpus, cache };
  const made = join(work, 'corpus');
  await writeQuickCorpus(made, seed);
  return { corpus: made, cache: join(work, 'decoded') };
}

/** Decodes the corpus and reports unusable files. Throws at once when the corpus is too incomplete for a training. */
export async function openChecked(
  { seed, corpus, signal, say }: RunOptions,
  place: CorpusPlace,
): Promise<{ maker: SceneMaker; trainable: Trainable }> {
  const bar = new ProgressBar('decoding the corpus');
  const onProgress = (done: number, total: number): void => bar.show(done, total);
  const maker = await openSceneMaker({ ...place, part: 'fit', seed, signal, onProgress });
  return { maker, trainable: await checkCorpus(place.corpus, maker, say, { mayLack: corpus === undefined, seed }) };
}
