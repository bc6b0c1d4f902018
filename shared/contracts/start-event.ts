import { z } from 'zod';
import { Instant, Label, Score } from './common.ts';
import { NotSent, Verdict } from './home.ts';

/** An incident, and whom this run told of it. */
const Told = z.object({
  label: Label,
  verdict: Verdict,
  /** The number of people whom this run notified. */
  notified: z.number(),
  notSent: NotSent.nullable(),
});

/** When an earlier run detected the sound that this line is about; null: it was detected during this run. */
const earlierAt = Instant.nullable();
/**
 * When this run detected the sound that this line is about, of several sounds the newest: the second of the source, and
 * the time, which is null for a recording. Both are null when this run detected none.
 */
const moment = { detectedS: z.number().nullable(), detectedAt: Instant.nullable() };

/** The lines that `npm start -- --json` prints on stdout. It prints nothing else there. */
export const StartEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    url: z.string(),
    listen: z.string(),
    release: z.string(),
    pairingCode: z.string(),
  }),
  z.object({
    type: z.literal('candidate'),
    id: z.string(),
    label: Label,
    score: Score,
    /** The second of its source at which the sound began. */
    atS: z.number(),
    /** The second of its source at which the device detected the sound. A sound that continues is detected again. */
    detectedS: z.number(),
    /** The times of these two moments; null for a recording, which may be played at any speed and at any time. */
    startedAt: Instant.nullable(),
    detectedAt: Instant.nullable(),
    why: z.string(),
  }),
  z.object({
    type: z.literal('verdict'),
    id: z.string(),
    label: Label,
    verdict: Verdict,
    score: Score.nullable(),
    /** Whether it was rejected, whatever its score, because the home marked a similar sound as a false alert. */
    ignored: z.boolean(),
    ...moment,
    earlierAt,
  }),
  z.object({
    type: z.literal('incident'),
    id: z.string(),
    label: Label,
    verdict: Verdict,
    state: z.string(),
    ignored: z.boolean(),
    /** Why nobody was notified of the incident; null: somebody was, or it is not decided yet. */
    notSent: NotSent.nullable(),
    /** Whether the incident began in an earlier run, so that its verdict may be of that run, and continues in this run. */
    goesOn: z.boolean(),
    ...moment,
    earlierAt,
  }),
  z.object({
    type: z.literal('notification'),
    incidentId: z.string(),
    step: z.string(),
    title: z.string(),
    channel: z.string(),
    ...moment,
    earlierAt,
  }),
  z.object({ type: z.literal('health'), source: z.string(), state: z.string(), reason: z.string().nullable() }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string(), todo: z.string() }),
  /** Counts only what this run detected, apart from `fromBefore`. */
  z.object({
    type: z.literal('summary'),
    seconds: z.number(),
    candidates: z.number(),
    rejected: z.number(),
    incidents: z.array(
      Told.extend({
        /** The second of the source at which the sound began. */
        startedAtS: z.number(),
        /** The time of this moment. Absent for a recording. */
        startedAt: Instant.optional(),
        /** Whether the incident began in an earlier run, which also notified members, and continues in this run. */
        goesOn: z.boolean().optional(),
      }),
    ),
    /** What an earlier run detected and this run delivered or reported. Absent: nothing. */
    fromBefore: z
      .object({
        /** The number of candidates that this run delivered. */
        candidates: z.number(),
        rejected: z.number(),
        incidents: z.array(Told.extend({ startedAt: Instant })),
      })
      .optional(),
  }),
]);
export type StartEvent = z.infer<typeof StartEvent>;
