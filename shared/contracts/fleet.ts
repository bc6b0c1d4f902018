import { z } from 'zod';
import { Id, Instant, Label } from './common.ts';

const Difference = z.object({ is: z.number(), low: z.number(), high: z.number() });

/** Progress of a roll-out, and a comparison of the devices on the new release with those on the old release. */
export const RolloutView = z.object({
  version: z.string(),
  /** The percentage of devices to which the release is offered. */
  percent: z.number(),
  /**
   * `paused`: the release is offered to no further device, and devices that have it keep it. `halted`: every device
   * returns to the old release.
   */
  state: z.enum(['running', 'paused', 'halted', 'done']),
  /** Why the roll-out was halted. */
  reason: z.string().nullable(),
  startedAt: Instant,
  stageAt: Instant,
  /**
   * Difference between new and old release, with intervals of 99.9 %: false alerts per device and day, and the share of
   * devices that failed. Null: not compared yet.
   */
  comparison: z.object({ falseAlerts: Difference, failed: Difference, worse: z.string().nullable() }).nullable(),
});
export type RolloutView = z.infer<typeof RolloutView>;

export const HaltRequest = z.object({ reason: z.string().trim().min(1).max(300) });

const Answers = {
  /** Alerts that reached a member; tests are not counted. */
  alerts: z.number().int(),
  right: z.number().int(),
  wrong: z.number().int(),
  /** Alerts that nobody marked as right or wrong. */
  unanswered: z.number().int(),
};

/** GET /v1/fleet, with the operators' token. Homes appear as ids only, without names, rooms or recordings. */
export const FleetView = z.object({
  at: Instant,
  days: z.number(),
  homes: z.number().int(),
  devices: z.object({
    all: z.number().int(),
    online: z.number().int(),
    /** Devices without a heartbeat for ten minutes. The app and the command line call them offline. */
    silent: z.number().int(),
    neverSeen: z.number().int(),
    /** Devices with at least one microphone that records only silence. */
    deaf: z.number().int(),
    /**
     * How many sounds the devices silenced by themselves within the last seven days, because their homes ignore these
     * sounds.
     */
    silencedSounds: z.number().int(),
  }),
  /** Devices that need attention, at most 50. Those that have been offline for the longest time come first. */
  troubled: z.array(
    z.object({
      deviceId: Id,
      homeId: Id,
      trouble: z.enum(['silent', 'deaf', 'never_seen']),
      lastHeartbeatAt: Instant.nullable(),
    }),
  ),
  /** What members said about samples from just below the threshold, in homes that opted in. */
  samples: z.object({ right: z.number().int(), wrong: z.number().int(), unanswered: z.number().int() }),
  releases: z.array(
    z.object({
      release: z.string(),
      devices: z.number().int(),
      rolledBack: z.number().int(),
      refused: z.number().int(),
    }),
  ),
  rollout: RolloutView.nullable(),
  /**
   * The time, in homes times days, over which alerts were counted. In less than one home and day a rate per home and day
   * says nothing. Older clouds do not send it.
   */
  homeDays: z.number().optional(),
  /** Alerts of the last `days` days. */
  labels: z.array(
    z.object({
      label: Label,
      ...Answers,
      /** Alerts marked wrong per home and day, with the 95 % interval of this rate. */
      wrongPerHomeDay: z.object({ is: z.number(), low: z.number(), high: z.number() }),
      /**
       * Alerts that were reported by a device, but rejected by the verifier or matched to an ignored sound: nobody was
       * notified.
       */
      rejected: z.number().int(),
    }),
  ),
  /** The homes with the most alerts marked wrong. */
  worst: z.array(z.object({ homeId: Id, label: Label, ...Answers })),
});
export type FleetView = z.infer<typeof FleetView>;
