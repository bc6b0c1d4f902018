/**
 * Computes thresholds from measurements: the lowest threshold that keeps a label's device decision within its budget of
 * false candidates, and the resulting miss rate.
 */
import type { Levels } from '@earshot/shared/contracts/release.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import type { z } from 'zod';
import { policyOf, SPENDING } from './policy.ts';
import type { StreamKind } from './recorded-stream.ts';

/** The probabilities in one stream at the times when the label must not be reported. */
export interface FalseTrack {
  kind: StreamKind;
  seconds: number;
  atS: readonly number[];
  probabilities: readonly number[];
}

const DAY_S = 86_400;
const HOUR_S = 3_600;
const CHANCE = 0.1;
const GRID = 1_000;

/** `events` contains the highest probability of each event, while the event could be reported. */
export function levelsOf(
  label: string,
  events: readonly number[],
  tracks: readonly FalseTrack[],
): z.infer<typeof Levels> {
  const policy = policyOf(label);
  const of = (wanted: StreamKind): FalseTrack[] => tracks.filter(({ kind }) => kind === wanted);
  const [days, confusers, appliances] = [of('day'), of('confusers'), of('appliances')];
  const count = (some: readonly FalseTrack[], threshold: number): Count => ({
    candidates: some.reduce((sum, track) => sum + candidatesIn(track, threshold, policy.events.refractoryS), 0),
    seconds: some.reduce((sum, { seconds }) => sum + seconds, 0),
  });
  const levelOf = (level: Level): [Level, z.infer<typeof Levels>[Level]] => {
    const share = SPENDING[level];
    const fits = (threshold: number): boolean =>
      !exceeds(count(days, threshold), (policy.perDay * share) / DAY_S) &&
      !exceeds(count(confusers, threshold), (policy.perConfuserHour * share) / HOUR_S) &&
      !exceeds(count(appliances, threshold), (policy.perApplianceHour * share) / HOUR_S);
    const threshold = lowestThat(fits);
    const { candidates, seconds } = count(days, threshold);
    const missed = events.filter((probability) => probability < threshold).length;
    return [
      level,
      {
        threshold,
        perDay: seconds === 0 ? 0 : round((candidates / seconds) * DAY_S),
        missRate: events.length === 0 ? 1 : round(missed / events.length),
      },
    ];
  };
  return Object.fromEntries(LEVELS.map(levelOf)) as z.infer<typeof Levels>;
}

/**
 * Finds the lowest threshold that fits, by bisection over log-odds from -8 to 8: a higher threshold never gives more
 * candidates.
 */
function lowestThat(fits: (threshold: number) => boolean): number {
  const at = (n: number): number => 1 / (1 + Math.exp(8 - (16 * n) / GRID));
  let [low, high] = [0, GRID];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(at(middle))) high = middle;
    else low = middle + 1;
  }
  return at(low);
}

interface Count {
  candidates: number;
  seconds: number;
}

/** A continuing sound becomes a candidate again after each refractory time, the pause after a report. */
function candidatesIn({ atS, probabilities }: FalseTrack, threshold: number, refractoryS: number): number {
  let [count, lastS] = [0, -Infinity];
  probabilities.forEach((probability, i) => {
    const at = atS[i] as number;
    if (probability < threshold || at - lastS < refractoryS) return;
    count++;
    lastS = at;
  });
  return count;
}

/**
 * Whether the count shows that the budget is exceeded: with a rate within the budget, so many candidates would occur in
 * less than one of ten cases (Poisson). A few hours can prove only that a budget is exceeded, not that it is kept.
 */
function exceeds({ candidates, seconds }: Count, perSecond: number): boolean {
  const expected = perSecond * seconds;
  let [fewer, term] = [0, Math.exp(-expected)];
  for (let n = 0; n < candidates; n++) {
    fewer += term;
    term *= expected / (n + 1);
  }
  return candidates > 0 && 1 - fewer < CHANCE;
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
