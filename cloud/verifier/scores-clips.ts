import type { ScoredClip } from './clip-scorer.ts';
import type { ClipToScore } from './scoring-messages.ts';

/** Scores the clips for the worker: `ClipVerifier`, or a replacement in tests. */
export interface ScoresClips {
  score(clip: ClipToScore): Promise<ScoredClip>;
}
