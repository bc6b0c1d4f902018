import type { AlarmOutcome, Outcome } from './outcome.ts';
import type { SoundSet } from './proving-set.ts';
import type { WayOutcome } from './shifts.ts';

/** A requirement that a release must meet. */
export interface Bar {
  what: string;
  measured: string;
  bar: string;
  passed: boolean;
}

/** Checks all requirements for a set of sounds. */
export function barsOf(set: SoundSet, outcomes: readonly Outcome[]): Bar[] {
  const alarms = outcomes.flatMap((outcome) => outcome.alarms);
  switch (set) {
    case 'alarms': {
      const alerted = alarms.filter(({ alert }) => alert);
      const wrong = outcomes.filter((outcome) => outcome.wrong.length > 0).length;
      return [
        atLeast('alerted under its own name', alerted.length, alarms.length, 0.97),
        atMost('alerted under another name', wrong, outcomes.length, 0),
        atLeast('in time: 5 s after the second group, others 10 s', inTime(alerted), alerted.length, 0.95),
      ];
    }
    case 'appliances': {
      const confirmed = outcomes.filter(({ wrong }) => wrong.length > 0).length;
      return [atMost('appliances confirmed', confirmed, outcomes.length, 0.01)];
    }
    case 'pairs': {
      const explained = outcomes.filter((outcome) => outcome.alarms.every(({ isExplained }) => isExplained)).length;
      return [atLeast('both alerted, each explained by itself', explained, outcomes.length, 0.95)];
    }
  }
}

export const barsOfShifts = (outcomes: readonly WayOutcome[]): Bar[] =>
  outcomes.map(({ way, streams, differences }) =>
    atLeast(`the same alerts: ${way}`, streams - differences.length, streams, 1),
  );

export const barLine = ({ what, measured, bar, passed }: Bar): string =>
  `${passed ? 'passed' : 'FAILED'}  ${what}: ${measured} (bar: ${bar})`;

const inTime = (alarms: readonly AlarmOutcome[]): number => alarms.filter(({ isInTime }) => isInTime).length;

const atLeast = (what: string, part: number, whole: number, least: number): Bar => ({
  what,
  measured: shareOf(part, whole),
  bar: `at least ${percent(least)}`,
  passed: part >= least * whole,
});

/**
 * A requirement with an upper limit. Unless the limit is 0, one sound may always fail, because 1 % of a few sounds
 * would allow none.
 */
const atMost = (what: string, part: number, whole: number, most: number): Bar => ({
  what,
  measured: shareOf(part, whole),
  bar: `at most ${percent(most)}`,
  passed: part <= (most > 0 ? Math.max(1, Math.floor(most * whole)) : 0),
});

const percent = (share: number): string => `${Math.round(1_000 * share) / 10} %`;
const shareOf = (part: number, whole: number): string =>
  `${part} of ${whole} (${percent(whole === 0 ? 0 : part / whole)})`;
