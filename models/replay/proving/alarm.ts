import type { Dice } from './dice.ts';
import { drawSnrDb, type Placed } from './place.ts';
import { groupsOf, rhythmOf, type AlarmRhythm, type Span } from './rhythm.ts';
import { say, WORDS } from './speech.ts';
import { sounderOf, type Sounder, type Timbre } from './timbre.ts';
import { at, mix, RATE } from './tone.ts';

export type AlarmLabel = 'smoke_alarm' | 'co_alarm';

/** The properties of one alarm. */
export interface AlarmPlan {
  rhythm: AlarmRhythm;
  timbre: Timbre;
  pitchHz: number;
  soundingS: number;
  /** Relative error of the alarm's clock; 0.05 means that all times are 5 % longer. */
  off: number;
  units: number;
  voice: boolean;
  /** One in this many cycles is silent; 0: no cycle is silent. */
  mutedEvery: number;
}

export interface MadeAlarm extends Placed {
  plan: AlarmPlan;
  label: AlarmLabel;
  /** When each group of the first alarm unit sounds, from the start of the sound, without the room's echo. */
  groups: Span[][];
}

export const labelOf = (rhythm: AlarmRhythm): AlarmLabel =>
  rhythm === 't4' || rhythm === 't4_minute' ? 'co_alarm' : 'smoke_alarm';

/**
 * T3 and T4 are alarms by their rhythm alone. Sounds with the other rhythms are alarms only at the pitch of a piezo
 * sounder.
 */
export const isGrouped = (rhythm: AlarmRhythm): boolean => rhythm.startsWith('t');

/** The error of a clock is up to 5 %, and up to 10 % for one alarm in five, as the standards allow. */
export function planAlarm(dice: Dice, rhythm: AlarmRhythm, timbre: Timbre, pitchHz: number): AlarmPlan {
  const off = (dice.isUnder(0.2) ? dice.between(0.05, 0.1) : dice.between(0, 0.05)) * dice.one([-1, 1]);
  return {
    rhythm,
    timbre,
    pitchHz,
    soundingS: rhythm === 't4_minute' ? 130 : 30,
    off,
    units: rhythm === 't3' && dice.isUnder(0.12) ? dice.whole(2, 3) : 1,
    voice: isGrouped(rhythm) && dice.isUnder(0.2),
    mutedEvery: rhythm === 't3' && dice.isUnder(0.12) ? 4 : 0,
  };
}

export function makeAlarm(dice: Dice, plan: AlarmPlan, startS: number): MadeAlarm {
  const { rhythm: name, timbre, pitchHz, soundingS, off, units, voice, mutedEvery } = plan;
  const dry = new Float32Array(at(soundingS + 0.1));
  const rhythm = rhythmOf(dice, name, off);
  const groups = groupsOf(dice, rhythm, 0, soundingS, mutedEvery);
  play(dry, sounderFor(dice, plan), groups, 1);
  for (let unit = 1; unit < units; unit++) {
    const other = sounderOf(dice, timbre, pitchHz * dice.between(0.985, 1.015));
    const times = rhythmOf(dice, name, off + dice.between(-0.01, 0.01));
    const fromS = dice.between(0.1, 3.9);
    play(dry, other, groupsOf(dice, times, fromS, soundingS, mutedEvery), dice.between(0.15, 0.6));
  }
  const label = labelOf(name);
  if (voice) speakInPauses(dice, dry, groups, label);
  return { plan, label, startS, dry, groups, spans: groups.flat(), snrDb: drawSnrDb(dice) };
}

/** Chooses the sounder of an alarm. A warbling or sweeping alarm has a fixed timbre. */
function sounderFor(dice: Dice, { rhythm, timbre, pitchHz }: AlarmPlan): Sounder {
  if (rhythm === 'warble') return sounderOf(dice, 'fm_warble', pitchHz);
  if (rhythm === 'sweep') return sounderOf(dice, 'swept_beep', pitchHz);
  return sounderOf(dice, timbre, pitchHz);
}

function play(out: Float32Array, sounder: Sounder, groups: readonly (readonly Span[])[], level: number): void {
  for (const span of groups.flat()) sounder.beep(out, span, level);
}

function speakInPauses(dice: Dice, out: Float32Array, groups: readonly Span[][], label: AlarmLabel): void {
  const phonemes = label === 'co_alarm' ? WORDS.warning : dice.one([WORDS.fire, WORDS.smoke, WORDS.evacuate]);
  const level = dice.between(0.5, 2);
  for (const [n, group] of groups.entries()) {
    const fromS = (group.at(-1)?.endS ?? 0) + 0.15;
    const untilS = groups[n + 1]?.[0]?.startS ?? fromS + 1.5;
    const spoken = say(dice, phonemes, 1.2);
    const fitting = spoken.subarray(0, at(Math.max(0, untilS - fromS - 0.1)));
    const highest = spoken.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    if (fitting.length > RATE / 4) mix(out, fitting, at(fromS), level / highest);
  }
}
