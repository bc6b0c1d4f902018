import { z } from 'zod';
import { Id, Instant, Label } from './common.ts';

const Difference = z.object({ is: z.number(), low: z.number(), high: z.number() });

/** How far a new release has come, and how its devices do beside the others. */
export const RolloutView = z.object({
  version: z.string(),
  /** Share of the devices that it is offered to. */
  percent: z.number(),
  state: z.enum(['running', 'halted', 'done']),
  /** Why it was halted. */
  reason: z.string().nullable(),
  startedAt: Instant,
  stageAt: Instant,
  /** New less old, with intervals of 99.9 %: false alerts a device and day, and the share of devices that failed. Null: not looked at yet. */
  comparison: z.object({ falseAlerts: Difference, failed: Difference, worse: z.string().nullable() }).nullable(),
});
export type RolloutView = z.infer<typeof RolloutView>;

export const HaltRequest = z.object({ reason: z.string().trim().min(1).max(300) });

const Answers = {
  /** Alerts that reached somebody, without tests. */
  alerts: z.number().int(),
  right: z.number().int(),
  wrong: z.number().int(),
  /** Nobody marked it. That does not mean that it was right. */
  unanswered: z.number().int(),
};

/** GET /v1/fleet, with the operations' token. Homes are ids: no name, no room and no recording of a home is here. */
export const FleetView = z.object({
  at: Instant,
  days: z.number(),
  homes: z.number().int(),
  devices: z.object({
    all: z.number().int(),
    online: z.number().int(),
    /** Said nothing for ten minutes. */
    silent: z.number().int(),
    neverSeen: z.number().int(),
    /** A microphone of theirs hears nothing. */
    deaf: z.number().int(),
  }),
  releases: z.array(
    z.object({
      release: z.string(),
      devices: z.number().int(),
      rolledBack: z.number().int(),
      refused: z.number().int(),
    }),
  ),
  rollout: RolloutView.nullable(),
  /** Of the last `days` days. */
  labels: z.array(
    z.object({
      label: Label,
      ...Answers,
      /** Alerts marked wrong, a home and day, with the 95 % interval of their count. */
      wrongPerHomeDay: z.object({ is: z.number(), low: z.number(), high: z.number() }),
      /** Suspected by a device and rejected by the verifier, or like an ignored sound: nobody was alerted. */
      rejected: z.number().int(),
    }),
  ),
  /** The homes with the most alerts marked wrong. */
  worst: z.array(z.object({ homeId: Id, label: Label, ...Answers })),
});
export type FleetView = z.infer<typeof FleetView>;
