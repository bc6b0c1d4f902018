import { z } from 'zod';
import { Id, Instant, Label, Score } from './common.ts';
import { Verdict } from './home.ts';

/**
 * POST /v1/incidents/{id}/clips/{candidateId}/share: shares the recording with the operators of the cloud, or stops
 * sharing it.
 */
export const ShareClipRequest = z.object({ shared: z.boolean() });

/** A recording that a home shared with the operators. It contains no name of a person, room or home. */
export const SharedClip = z.object({
  candidateId: Id,
  homeId: Id,
  label: Label,
  startedAt: Instant,
  /** The release of the device that detected the sound. */
  release: z.string(),
  deviceScore: Score,
  verdict: Verdict,
  verifierScore: Score.nullable(),
  /** What a member said about the alert; null when nobody said anything. */
  feedback: z.enum(['right', 'wrong']).nullable(),
  durationS: z.number(),
  sharedAt: Instant,
});
export type SharedClip = z.infer<typeof SharedClip>;

/** GET /v1/shared-clips, with the operators' token: the shared recordings, newest first. */
export const SharedClips = z.object({ items: z.array(SharedClip) });
export type SharedClips = z.infer<typeof SharedClips>;
