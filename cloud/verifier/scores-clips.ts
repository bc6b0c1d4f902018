import type { ScoredClip } from './clip-scorer.ts';
import type { ClipToScore } from './scoring-messages.ts';

/** What the worker gives its clips to: `ClipVerifier`, or a test's own. */
export interface ScoresClips {
  score(clip: ClipToScore): Promise<ScoredClip>;
}
