import { z } from 'zod';
import { Id, Instant, Label } from './common.ts';

const Place = z.object({ deviceId: Id, name: z.string(), room: z.string() });

/** GET /v1/rooms: which device hears which alarm, from tests and real alarms of the last year. */
export const RoomGraph = z.object({
  homeId: Id,
  homeName: z.string(),
  devices: z.array(Place),
  alarms: z.array(
    z.object({
      label: Label,
      /** The device in whose room the alarm is: the one that was tested, or that heard it loudest. */
      at: Place,
      /** When it sounded last, and whether that was a test. */
      lastAt: Instant,
      test: z.boolean(),
      /** Devices that heard it then, those that did not, and those among them that had heard it before. */
      heardBy: z.array(Id),
      notHeardBy: z.array(Id),
      lostBy: z.array(Id),
    }),
  ),
});
export type RoomGraph = z.infer<typeof RoomGraph>;
