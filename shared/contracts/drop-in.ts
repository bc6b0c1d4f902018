import { z } from 'zod';
import { CandidateAccepted } from './candidate.ts';
import { Id, Instant, Sha256 } from './common.ts';

/** The length of a segment in seconds; a segment is a 16 kHz mono 16-bit WAV. */
export const SEGMENT_S = 1;

/**
 * A session in which one member listens live to one device. After `until` it remains as an entry in the log that all
 * members see.
 */
export const DropIn = z.object({
  id: Id,
  deviceId: Id,
  /** The room or name that the device had at that time. */
  where: z.string(),
  memberId: Id,
  /** The name that the listener had at that time. */
  by: z.string(),
  startedAt: Instant,
  /** When the session ended or will end. */
  until: Instant,
});
export type DropIn = z.infer<typeof DropIn>;

/** GET /v1/drop-ins/{id}/segments?after=ID: the segments that can be played now, in order. */
export const DropInSegments = z.object({
  /** Remaining time in seconds; 0: the session has ended. This is a duration because the phone's clock may be wrong. */
  secondsLeft: z.number().nonnegative(),
  /** Everybody who listens to this device now. */
  by: z.array(z.string()),
  items: z.array(z.object({ id: Id, url: z.string() })),
});
export type DropInSegments = z.infer<typeof DropInSegments>;
export const DropInSegmentsQuery = z.object({ after: Id.optional() });

/**
 * POST /v1/drop-in-segments (device): announces the next second of sound. `upload` is null when nobody listens any
 * more.
 */
export const DropInSegmentRequest = z.object({ sha256: Sha256, bytes: z.number().int().positive().max(64_000) });
export const DropInSegmentAnswer = CandidateAccepted.pick({ upload: true });
export type DropInSegmentAnswer = z.infer<typeof DropInSegmentAnswer>;
