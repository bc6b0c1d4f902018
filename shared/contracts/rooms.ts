import { z } from 'zod';
import { Id, Instant, Label } from './common.ts';

const Place = z.object({ deviceId: Id, name: z.string(), room: z.string() });

/**
 * GET /v1/rooms: which device detects which alarm, according to tests of the alarms and real alarms of the last year.
 */
export const RoomGraph = z.object({
  homeId: Id,
  homeName: z.string(),
  devices: z.array(Place),
  alarms: z.array(
    z.object({
      label: Label,
      /** The device in the alarm's room: the one that was tested, or that recorded the alarm loudest. */
      at: Place,
      /** When the alarm last sounded, and whether that was a test. */
      lastAt: Instant,
      test: z.boolean(),
      /** The devices that detected the alarm then; those that did not; and those that did not then, but did before. */
      heardBy: z.array(Id),
      notHeardBy: z.array(Id),
      lostBy: z.array(Id),
    }),
  ),
});
export type RoomGraph = z.infer<typeof RoomGraph>;
