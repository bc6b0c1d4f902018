import { isGrouped, labelOf, makeAlarm, planAlarm, type AlarmPlan, type MadeAlarm } from './alarm.ts';
import { Dice } from './dice.ts';
import { streamOf } from './place.ts';
import type { ProvingAlarm, ProvingSound } from './proving-sound.ts';
import type { AlarmRhythm } from './rhythm.ts';
import { TIMBRES, type Timbre } from './timbre.ts';

/** The patterns of the set: 36 T3 alarms, 16 T4 alarms and 12 alarms without groups. */
const RHYTHMS: readonly AlarmRhythm[] = [
  ...repeated('t3', 36),
  ...repeated('t4', 14),
  ...repeated('t4_minute', 2),
  ...repeated('steady', 2),
  ...repeated('fast', 2),
  ...repeated('en14604', 2),
  ...repeated('sweep', 2),
  ...repeated('warble', 2),
  ...repeated('continuous', 2),
];
export const ALARM_SOUNDS = RHYTHMS.length;

/** Seconds of noise before the alarm, in which the energy gate and the background level settle. */
const BEFORE_S = [3, 7] as const;
const AFTER_S = 8;

/**
 * One alarm for 30 s in a room. It begins `leadS` later than usual. Timbres and pitches are used in turn, so that each
 * seed has all of them.
 */
export function alarmSound(seed: number, index: number, leadS = 0): ProvingSound {
  const dice = new Dice('alarm', seed, index);
  const plan = drawPlan(dice, seed, index);
  const made = makeAlarm(dice, plan, leadS + dice.between(...BEFORE_S));
  const { noise, samples } = streamOf(dice, made.startS + plan.soundingS + AFTER_S, [made]);
  const { rhythm, timbre, pitchHz, off, units, voice, mutedEvery } = plan;
  const shown = rhythm === 'warble' || rhythm === 'sweep' ? rhythm : timbre;
  return {
    name: `${rhythm} ${shown} ${Math.round(pitchHz)} Hz`,
    kind: rhythm,
    slices: {
      pattern: rhythm,
      timbre: shown,
      pitch: pitchBand(pitchHz),
      noise,
      snr: `${made.snrDb < 12 ? '6 to 12' : made.snrDb < 20 ? '12 to 20' : '20 to 30'} dB`,
      timing: Math.abs(off) > 0.05 ? '5 to 10 % off' : 'within 5 %',
      units: String(units),
      voice: voice ? 'yes' : 'no',
      muted: mutedEvery > 0 ? 'yes' : 'no',
    },
    alarms: [truthOf(made)],
    allowed: [],
    samples,
  };
}

export function drawPlan(dice: Dice, seed: number, index: number): AlarmPlan {
  const rhythm = RHYTHMS[index % RHYTHMS.length] as AlarmRhythm;
  const timbre = TIMBRES[index % TIMBRES.length] as Timbre;
  return planAlarm(dice, rhythm, timbre, pitchOf(dice, rhythm, seed + index));
}

export function truthOf({ plan, startS, groups }: MadeAlarm): ProvingAlarm {
  const { rhythm, soundingS } = plan;
  return {
    label: labelOf(rhythm),
    pattern: rhythm === 't3' ? 't3' : isGrouped(rhythm) ? 't4' : null,
    startS,
    endS: startS + soundingS,
    groupEndsS: isGrouped(rhythm) ? groups.map((group) => startS + (group.at(-1)?.endS ?? 0)) : [],
  };
}

/**
 * T3 and T4 have any pitch from 350 to 4,500 Hz, chosen from five bands in turn. The other rhythms have only the
 * pitches of piezo discs.
 */
function pitchOf(dice: Dice, rhythm: AlarmRhythm, turn: number): number {
  if (!isGrouped(rhythm)) return dice.between(2_700, 3_600);
  const bands = [
    [350, 600],
    [600, 1_200],
    [1_200, 2_300],
    [2_300, 3_600],
    [3_600, 4_500],
  ] as const;
  const [low, high] = bands[turn % bands.length] ?? bands[3];
  return dice.octaves(low, high);
}

const pitchBand = (hz: number): string =>
  hz < 600
    ? '350 to 600 Hz'
    : hz < 1_200
      ? '600 to 1,200 Hz'
      : hz < 2_300
        ? '1.2 to 2.3 kHz'
        : hz < 3_600
          ? '2.3 to 3.6 kHz'
          : '3.6 to 4.5 kHz';

function repeated(rhythm: AlarmRhythm, times: number): AlarmRhythm[] {
  return Array.from({ length: times }, () => rhythm);
}
