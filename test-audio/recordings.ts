import { smokeAlarm, coAlarm } from '@earshot/models/synthesis/alarm.ts';
import { lowBatteryChirp } from '@earshot/models/synthesis/chirp.ts';
import { glassBreak } from '@earshot/models/synthesis/glass.ts';
import { nearMiss } from '@earshot/models/synthesis/near-miss.ts';
import type { Random } from '@earshot/models/synthesis/random.ts';
import type { Synthesised } from '@earshot/models/synthesis/sound.ts';
import { quietRoom, talk, television } from './ambience.ts';
import { Recording, roomOf } from './place.ts';

type Make = (random: Random) => Recording;

const SMALL_ROOM = [0.2, 0.35] as const;
const LIVING_ROOM = [0.35, 0.55] as const;
const STAIRWELL = [0.6, 0.9] as const;

/** Makes a recording of a sound by itself in a quiet room. */
const alone =
  (
    make: (random: Random) => Synthesised,
    durationS: number,
    loudDbfs: number,
    reverberationS: readonly [number, number] = LIVING_ROOM,
    label?: string,
  ): Make =>
  (random) =>
    new Recording(durationS).under(quietRoom(random.fork('air'), durationS), -62).put(make(random.fork('sound')), {
      atS: 1,
      loudDbfs,
      room: roomOf(random.fork('room'), reverberationS),
      ...(label ? { label } : {}),
    });

/** Makes a recording of a sound while a television is on in the same room. */
const overTelevision =
  (make: (random: Random) => Synthesised, durationS: number, loudDbfs: number, televisionDbfs: number): Make =>
  (random) =>
    alone(
      make,
      durationS,
      loudDbfs,
      STAIRWELL,
    )(random).under(television(random.fork('television'), durationS), televisionDbfs);

const miss = (kind: string, durationS: number) => (random: Random) => nearMiss(random, kind, durationS);

/** An alarm exactly as the standard describes it. Drifting and worn alarms occur only in the training scenes. */
const BY_THE_BOOK = { timingErrorPercent: 0, muted: false, units: 1, voice: false } as const;

export const RECORDINGS: Record<string, Make> = {
  'smoke-t3-living-room': alone(
    (r) => smokeAlarm(r, { durationS: 14.5, pattern: 't3', band: '3.1k', ...BY_THE_BOOK }),
    16,
    -24,
  ),
  'smoke-t3-television': overTelevision(
    (r) => smokeAlarm(r, { durationS: 14.5, pattern: 't3', band: '3.1k', ...BY_THE_BOOK }),
    16,
    -28,
    -32,
  ),
  'smoke-t3-520-hz': alone(
    (r) => smokeAlarm(r, { durationS: 14.5, pattern: 't3', band: '520', ...BY_THE_BOOK }),
    16,
    -26,
  ),
  'smoke-t3-two-units': alone(
    (r) => smokeAlarm(r, { durationS: 14.5, pattern: 't3', band: '3.1k', ...BY_THE_BOOK, units: 2 }),
    16,
    -24,
    STAIRWELL,
  ),
  'smoke-fast': alone((r) => smokeAlarm(r, { durationS: 8, pattern: 'fast', band: '3.1k', ...BY_THE_BOOK }), 10, -22),
  'smoke-steady': alone(
    (r) => smokeAlarm(r, { durationS: 9, pattern: 'steady', band: '3.1k', ...BY_THE_BOOK }),
    11,
    -30,
    STAIRWELL,
  ),
  'co-t4': alone((r) => coAlarm(r, { durationS: 18, pattern: 't4', band: '3.1k', ...BY_THE_BOOK }), 20, -26),
  'low-battery-chirp': alone((r) => lowBatteryChirp(r, { durationS: 31, everyS: 30 }), 33, -26),
  'glass-window': alone((r) => glassBreak(r, { durationS: 2.5, pane: 'window' }), 5, -18),
  'glass-door': alone((r) => glassBreak(r, { durationS: 2.5, pane: 'door' }), 5, -24, STAIRWELL),
  'glass-bottle': alone((r) => glassBreak(r, { durationS: 2.5, pane: 'bottle' }), 5, -22, SMALL_ROOM),
  microwave: alone(usualMicrowave, 10, -26, SMALL_ROOM),
  dishes: alone(miss('dishes', 6), 8, -28, SMALL_ROOM),
  cutlery: alone(miss('cutlery', 5), 7, -28, SMALL_ROOM),
  doorbell: alone(miss('doorbell', 4), 6, -26),
  telephone: alone(miss('ring_tone', 6), 8, -28, LIVING_ROOM, 'phone_ring'),
  'alarm-clock': alone(miss('alarm_clock', 6), 8, -28, LIVING_ROOM, 'alarm_clock'),
  music: alone(miss('music', 8), 10, -28),
  speech: (random) =>
    new Recording(9).under(quietRoom(random.fork('air'), 9), -62).put(spoken(random.fork('talk'), 7.5), {
      atS: 0.7,
      loudDbfs: -28,
      room: roomOf(random.fork('room'), LIVING_ROOM),
    }),
  'quiet-room': (random) => new Recording(8).under(quietRoom(random, 8), -58),
};

function spoken(random: Random, durationS: number): Synthesised {
  return { kind: 'speech', samples: talk(random, durationS), slices: {}, beeps: [{ startS: 0, lengthS: durationS }] };
}

/** The recording that `npm start` plays when there is no microphone: an evening in a minute and a half. */
export function demo(random: Random): Recording {
  const kitchen = roomOf(random.fork('kitchen'), SMALL_ROOM);
  const livingRoom = roomOf(random.fork('living room'), STAIRWELL);
  const alarm = smokeAlarm(random.fork('alarm'), { durationS: 24, pattern: 't3', band: '3.1k', ...BY_THE_BOOK });
  const glass = glassBreak(random.fork('glass'), { durationS: 3, pane: 'window' });
  const microwave = usualMicrowave(random.fork('microwave'));
  const recording = new Recording(80)
    .under(quietRoom(random.fork('air'), 80), -60)
    .put(microwave, { atS: 7, loudDbfs: -28, room: kitchen })
    .under(television(random.fork('television'), 34), -38, 27)
    .put(alarm, { atS: 33, loudDbfs: -26, room: livingRoom })
    .put(glass, { atS: 69, loudDbfs: -20, room: livingRoom });
  // Plates are put away, one after the other.
  for (const atS of [17, 18.1, 19.7, 20.4, 22.5, 24]) {
    recording.put(nearMiss(random.fork(`dishes ${atS}`), 'dishes', 3), { atS, loudDbfs: -30, room: kitchen });
  }
  return recording;
}

/** Most microwaves have four or five beeps of about half a second; unusual microwaves are in the training scenes. */
function usualMicrowave(random: Random): Synthesised {
  for (let n = 0; ; n++) {
    const microwave = nearMiss(random.fork(n), 'microwave', 9);
    const [first] = microwave.beeps;
    const { length } = microwave.beeps;
    if (first && first.lengthS > 0.4 && first.lengthS < 0.9 && length >= 4 && length <= 5) return microwave;
  }
}
