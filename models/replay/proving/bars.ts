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
        atLeast('alarms alerted with their own label', alerted.length, alarms.length, 0.97),
        atMost('sounds alerted with another label', wrong, outcomes.length, 0),
        atLeast(
          'alerts in time (5 s after the second group; 10 s for alarms without groups)',
          inTime(alerted),
          alerted.length,
          0.95,
        ),
      ];
    }
    case 'appliances': {
      const confirmed = outcomes.filter(({ wrong }) => wrong.length > 0).length;
      return [atMost('appliance sounds confirmed as alarms', confirmed, outcomes.length, 0.01)];
    }
    case 'pairs': {
      const explained = outcomes.filter((outcome) => outcome.alarms.every(({ isExplained }) => isExplained)).length;
      return [
        atLeast('pairs with both alarms alerted, each explained by its own rhythm', explained, outcomes.length, 0.95),
      ];
    }
  }
}

export const barsOfShifts = (outcomes: readonly WayOutcome[]): Bar[] =>
  outcomes.map(({ way, streams, differences }) =>
    atLeast(`streams with the same alerts, ${way}`, streams - differences.length, streams, 1),
  );

export const barLine = ({ what, measured, bar, passed }: Bar): string =>
  `${passed ? 'passed' : 'FAILED'}  ${what}: ${measured} (required: ${bar})`;

const inTime = (alarms: readonly AlarmOutcome[]): number => alarms.filter(({ isInTime }) => isInTime).length;

const atLeast = (what: string, part: number, whole: number, least: number): Bar => ({
  what,
  measured: shareOf(part, whole),
  bar: `at least ${percent(least)}`,
  passed: part >= least * whole,
});

/**
 * A requirement with an upper limit. Unless the limit is 0, one sound may always fail, because 1 % of a few sounds is
 * less than one sound.
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
