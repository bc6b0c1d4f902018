import { z } from 'zod';
import { Id, Instant, Label } from './common.ts';

/**
 * What a device measured when somebody pressed an alarm's test button. Only the last test of each alarm on each device
 * is kept.
 */
export const AlarmTest = z.object({
  deviceId: Id,
  label: Label,
  at: Instant,
  /** Seconds from the first beep until the device reported the alarm. */
  heardAfterS: z.number().nonnegative(),
  /** Seconds from the device's report until the cloud had it. */
  reportedAfterS: z.number().nonnegative(),
  /** How many dB the alarm was louder than the room before it; null: not measured. */
  aboveRoomDb: z.number().nullable(),
});
export type AlarmTest = z.infer<typeof AlarmTest>;

/** POST /v1/alarm-tests: the app tells which incident was caused by a test of an alarm. */
export const AlarmTestRequest = z.object({
  incidentId: Id,
  deviceId: Id,
  aboveRoomDb: z.number().min(-60).max(140).nullable(),
});
export type AlarmTestRequest = z.infer<typeof AlarmTestRequest>;
