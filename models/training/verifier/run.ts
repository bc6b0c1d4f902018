import type { LoadOptions } from '@earshot/device/releases/release.ts';
import type { VerifierRecipe } from './verifier-recipe.ts';
import type { TrainedVerifier } from './trainer.ts';

/** The options of one training of the verifier, and its folders. */
export interface VerifierRun {
  recipe: VerifierRecipe;
  seed: number;
  /** The weights with which the training begins; absent: random weights. */
  startFrom?: TrainedVerifier;
  /**
   * The teacher network that labels the windows for the convolutional front; absent: only the corpus's labels are used.
   */
  teacher?: string;
  /**
   * Only these labels are trained and calibrated, and all others keep what they have in `release`; absent: all labels.
   */
  labels?: readonly string[];
  corpus: string;
  cache: string;
  /** A release with trained trunk and heads. The verifier is trained on the candidates of this device. */
  release: string;
  load?: LoadOptions;
  /** Folder of the stages and results. */
  folder: string;
  signal: AbortSignal;
  onProgress: (stage: string, done: number, total: number, loss?: number) => void;
}

/** The options of a scene maker, without the part of the corpus. */
export const placeOf = ({ corpus, cache, seed, signal }: VerifierRun) => ({ corpus, cache, seed, signal });
