import { join } from 'node:path';
import { openSceneMaker, type SceneMaker } from '../scenes/scene-maker.ts';
import { checkCorpus, type Trainable } from './corpus-check.ts';
import { ProgressBar } from './progress-bar.ts';
import { writeQuickCorpus } from './quick-corpus.ts';
import type { Recipe } from './recipe.ts';

/** The options of one training run and its folders. Every stage takes the same. */
export interface RunOptions {
  recipe: Recipe;
  seed: number;
  /** Folder of the corpus; absent: a synthesised corpus is used. */
  corpus?: string;
  /** A release whose weights the run begins with; absent: trained from scratch. */
  from?: string;
  /** With `from`: its trunk is kept to the byte, and only the heads are fitted. */
  keepTrunk?: boolean;
  /** A network that labels sounds for the verifier's training; absent: the corpus's labels alone. */
  teacher?: string;
  /** Where the run keeps its stages. */
  work: string;
  /** Decoded sounds; shared by all runs on the same corpus. */
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
  return { maker, trainable: await checkCorpus(place.corpus, maker, say, { mayLack: corpus === undefined }) };
}
