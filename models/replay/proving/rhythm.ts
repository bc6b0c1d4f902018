import type { Dice } from './dice.ts';

export interface Span {
  startS: number;
  endS: number;
}

/**
 * The patterns of the proving alarms. `t4_minute` is a CO alarm that has sounded for some minutes and then has one
 * group a minute (UL 2034).
 */
export const ALARM_RHYTHMS = [
  't3',
  't4',
  't4_minute',
  'steady',
  'fast',
  'en14604',
  'sweep',
  'warble',
  'continuous',
] as const;
export type AlarmRhythm = (typeof ALARM_RHYTHMS)[number];

export interface Rhythm {
  /** Number of beeps in a group. */
  count: number;
  onS: number;
  offS: number;
  /** Silence from the end of a group to the start of the next. */
  pauseS: number;
  /** The largest random deviation of a beep or gap from its mean length, as a share of that length. */
  unevenness: number;
}

/**
 * The lengths of the beeps and pauses of one alarm unit. All lengths of the standard are changed by the share `off`,
 * because real clocks run fast or slow.
 */
export function rhythmOf(dice: Dice, name: AlarmRhythm, off: number): Rhythm {
  const scale = 1 + off;
  const unevenness = dice.between(0, 0.01);
  const grouped = (count: number, onS: number, offS: number, pauseS: number): Rhythm => ({
    count,
    onS: onS * scale,
    offS: offS * scale,
    pauseS: pauseS * scale,
    unevenness,
  });
  switch (name) {
    case 't3':
      return grouped(3, 0.5, 0.5, 1.5);
    case 't4':
      return grouped(4, 0.1, 0.1, 5);
    case 't4_minute':
      return grouped(4, 0.1, 0.1, 60);
    case 'steady':
      return grouped(1, 0.5, 0, dice.between(0.2, 0.5));
    case 'fast':
      return grouped(1, dice.between(0.15, 0.3), 0, dice.between(0.06, 0.25));
    case 'en14604':
      // The standard does not fix the pattern. Alarms on the market have long beeps with short pauses.
      return grouped(1, dice.between(0.35, 0.9), 0, dice.between(0.05, 0.12));
    case 'sweep':
      return grouped(1, dice.between(0.3, 1), 0, dice.between(0.02, 0.25));
    case 'warble':
    case 'continuous':
      return grouped(1, Infinity, 0, 0);
  }
}

/**
 * Returns the beeps between `fromS` and `toS`, as one list for each group. A beep that would end after `toS` is left
 * out; a continuous tone is cut at `toS`.
 */
export function groupsOf(dice: Dice, rhythm: Rhythm, fromS: number, toS: number, mutedEvery = 0): Span[][] {
  const { count, onS, offS, pauseS, unevenness } = rhythm;
  if (onS === Infinity) return [[{ startS: fromS, endS: toS }]];
  const near = (seconds: number): number => seconds * (1 + dice.between(-unevenness, unevenness));
  const groups: Span[][] = [];
  for (let nowS = fromS, cycle = 1; nowS < toS; cycle++) {
    const group: Span[] = [];
    for (let beep = 0; beep < count; beep++) {
      const endS = nowS + near(onS);
      if (endS <= toS) group.push({ startS: nowS, endS });
      nowS = endS + (beep < count - 1 ? near(offS) : 0);
    }
    nowS += near(pauseS);
    if (group.length > 0 && !(mutedEvery > 0 && cycle % mutedEvery === 0)) groups.push(group);
  }
  return groups;
}
