import type { LoadOptions } from '@earshot/device/releases/release.ts';
import type { VerifierRecipe } from './recipe.ts';
import type { TrainedVerifier } from './trainer.ts';

/** One training of the verifier: what it is made of and where it lies. */
export interface VerifierRun {
  recipe: VerifierRecipe;
  seed: number;
  /** Weights to begin with; absent: drawn. */
  startFrom?: TrainedVerifier;
  /** Labels the windows for the front; absent: the corpus's labels alone. */
  teacher?: string;
  corpus: string;
  cache: string;
  /** A release whose trunk and heads are trained: its candidates are what the verifier will be asked about. */
  release: string;
  load?: LoadOptions;
  /** Stages and results. */
  folder: string;
  signal: AbortSignal;
  onProgress: (stage: string, done: number, total: number, loss?: number) => void;
}

/** What opens a scene maker, beside the part of the corpus. */
export const placeOf = ({ corpus, cache, seed, signal }: VerifierRun) => ({ corpus, cache, seed, signal });
