import { z } from 'zod';
import { Id, Instant, Label } from './common.ts';

const Place = z.object({ deviceId: Id, name: z.string(), room: z.string() });

/** GET /v1/rooms: which device detects which alarm, according to tests and real alarms of the last year. */
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
      /** Devices that detected it then, devices that did not, and those of the latter that had detected it before. */
      heardBy: z.array(Id),
      notHeardBy: z.array(Id),
      lostBy: z.array(Id),
    }),
  ),
});
export type RoomGraph = z.infer<typeof RoomGraph>;
