import { z } from 'zod';
import { Label, Score } from './common.ts';
import { NotSent, Verdict } from './home.ts';

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
    atS: z.number(),
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
  }),
  z.object({
    type: z.literal('notification'),
    incidentId: z.string(),
    step: z.string(),
    title: z.string(),
    channel: z.string(),
  }),
  z.object({ type: z.literal('health'), source: z.string(), state: z.string(), reason: z.string().nullable() }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string(), todo: z.string() }),
  z.object({
    type: z.literal('summary'),
    seconds: z.number(),
    candidates: z.number(),
    rejected: z.number(),
    incidents: z.array(
      z.object({
        label: Label,
        verdict: Verdict,
        /** The number of people whom this run notified. */
        notified: z.number(),
        notSent: NotSent.nullable(),
        startedAtS: z.number(),
        /** Whether the incident began in an earlier run, which also notified members, and continues in this run. */
        goesOn: z.boolean().optional(),
      }),
    ),
  }),
]);
export type StartEvent = z.infer<typeof StartEvent>;
