import { clatter, CLATTERS } from './near-misses/clatter.ts';
import { applianceBeeps, reversingBeeper, alarmClock, patientMonitor, singleBeep } from './near-misses/beepers.ts';
import { doorAlarm, dryer, ovenTimer, ups } from './near-misses/household.ts';
import { impact } from './near-misses/impacts.ts';
import { cricket, piping } from './near-misses/insects.ts';
import { motor, siren } from './near-misses/machines.ts';
import { applause, cough, laughter } from './near-misses/people.ts';
import { percussion } from './near-misses/percussion.ts';
import { birdCalls, kettle, music, squeal } from './near-misses/tonal.ts';
import { doorbell, jingle, ringTone } from './near-misses/rings.ts';
import { bell, carAlarm, crossing, parkingSensor } from './near-misses/street.ts';
import { feedback, lineTone, pureMelody, whistling } from './near-misses/tunes.ts';
import { runningWater } from './near-misses/water.ts';
import type { Random } from './random.ts';
import type { Synthesised } from './sound.ts';

/**
 * Sounds of a home that resemble alarms or breaking glass in pitch, rhythm or brightness. The detector must not report
 * them.
 */
const MAKERS = {
  microwave: (random: Random, durationS: number) => applianceBeeps(random, durationS, 'microwave'),
  appliance: (random: Random, durationS: number) => applianceBeeps(random, durationS, 'appliance'),
  reversing_beeper: reversingBeeper,
  alarm_clock: alarmClock,
  monitor: patientMonitor,
  single_beep: singleBeep,
  ring_tone: ringTone,
  doorbell,
  bird: birdCalls,
  kettle,
  music,
  squeal,
  jingle,
  motor,
  siren,
  dryer,
  door_alarm: doorAlarm,
  oven_timer: ovenTimer,
  ups,
  crossing,
  parking_sensor: parkingSensor,
  car_alarm: carAlarm,
  bell,
  cricket,
  piping,
  pure_melody: pureMelody,
  line_tone: lineTone,
  whistling,
  feedback,
  impact,
  cough,
  laughter,
  applause,
  water: runningWater,
  percussion,
  ...Object.fromEntries(
    CLATTERS.map((what) => [what, (random: Random, durationS: number) => clatter(random, durationS, what)]),
  ),
} as Readonly<Record<string, (random: Random, durationS: number) => Synthesised>>;

export const NEAR_MISSES = Object.keys(MAKERS);

/** Makes a sound of the kind. `durationS` is the greatest length; many of these sounds are shorter. */
export function nearMiss(random: Random, kind: string, durationS: number): Synthesised {
  const make = MAKERS[kind];
  if (!make) throw new RangeError(`there is no sound of the kind ${kind}, only ${NEAR_MISSES.join(', ')}`);
  return make(random, durationS);
}
