import type { LoadOptions } from '@earshot/device/releases/release.ts';
import type { VerifierRecipe } from './verifier-recipe.ts';
import type { TrainedVerifier } from './trainer.ts';

/** The options of one training of the verifier, and its folders. */
export interface VerifierRun {
  recipe: VerifierRecipe;
  seed: number;
  /** Weights to begin with; absent: random. */
  startFrom?: TrainedVerifier;
  /** Labels the windows for the front; absent: the corpus's labels alone. */
  teacher?: string;
  corpus: string;
  cache: string;
  /** A release with trained trunk and heads: the verifier will get its candidates. */
  release: string;
  load?: LoadOptions;
  /** Folder of the stages and results. */
  folder: string;
  signal: AbortSignal;
  onProgress: (stage: string, done: number, total: number, loss?: number) => void;
}

/** The options of a scene maker, without the part of the corpus. */
export const placeOf = ({ corpus, cache, seed, signal }: VerifierRun) => ({ corpus, cache, seed, signal });
