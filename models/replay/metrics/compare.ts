import type { LabelMap } from '../../corpus/label-map.ts';
import type { PlayedSession } from '../play/played.ts';
import { Random } from '../../synthesis/random.ts';
import { signTest, type Interval } from '@earshot/shared/statistics/intervals.ts';
import { judge, type Stage } from './product.ts';

/** The values of one figure for two releases on the same sounds. */
export interface Difference {
  ours: number | null;
  theirs: number | null;
  /** This release's figure minus the other release's figure. The interval comes from resampling the recordings. */
  difference: number;
  interval: Interval;
  /** Whether the interval of the difference excludes 0. */
  isReal: boolean;
}

export interface LabelComparison {
  recall: Difference | null;
  falsePerHour: Difference | null;
  /**
   * How many sounds only one of the two releases found. `chance` is the probability of so unequal a split if both
   * releases were equally good (exact McNemar test).
   */
  onlyOurs: number;
  onlyTheirs: number;
  chance: number;
}

/** The counts of both releases in one session. */
interface Pair {
  positives: number;
  ours: number;
  theirs: number;
  ourFalse: number;
  theirFalse: number;
  negativeS: number;
}

const RESAMPLES = 2_000;

/** Compares two releases recording by recording. Both lists hold the same sessions in the same order. */
export function compare(
  label: string,
  ours: readonly PlayedSession[],
  theirs: readonly PlayedSession[],
  map: LabelMap,
  stage: Stage,
): LabelComparison {
  let [onlyOurs, onlyTheirs] = [0, 0];
  const pairs = ours.map((session, at): Pair => {
    const [a, b] = [judge(label, session, map, stage), judge(label, theirs[at] as PlayedSession, map, stage)];
    a.outcomes.forEach(({ alert }, i) => {
      const other = b.outcomes[i]?.alert ?? null;
      if (alert && !other) onlyOurs++;
      if (!alert && other) onlyTheirs++;
    });
    const found = (outcomes: typeof a.outcomes) => outcomes.filter(({ alert }) => alert !== null).length;
    const negativeS = a.negativeS.reduce((x, y) => x + y, 0);
    return {
      positives: a.outcomes.length,
      ours: found(a.outcomes),
      theirs: found(b.outcomes),
      ourFalse: a.falseAlarms.length,
      theirFalse: b.falseAlarms.length,
      negativeS,
    };
  });
  const random = new Random(`compare/${label}/${stage}`);
  const recall = difference(
    pairs,
    random.fork('recall'),
    (p) => p.ours,
    (p) => p.theirs,
    (p) => p.positives,
  );
  const falsePerHour = difference(
    pairs,
    random.fork('false'),
    (p) => p.ourFalse,
    (p) => p.theirFalse,
    (p) => p.negativeS / 3_600,
  );
  return { recall, falsePerHour, onlyOurs, onlyTheirs, chance: signTest(onlyOurs, onlyTheirs) };
}

type Of = (pair: Pair) => number;

/**
 * Resamples whole recordings, because the events of one recording are not independent. Both releases get the same
 * resamples.
 */
function difference(pairs: readonly Pair[], random: Random, ours: Of, theirs: Of, base: Of): Difference | null {
  const total = sum(pairs, base);
  if (total === 0) return null;
  const counted = pairs.filter((pair) => base(pair) > 0 || ours(pair) > 0 || theirs(pair) > 0);
  const differences = Array.from({ length: RESAMPLES }, () => {
    let [delta, weight] = [0, 0];
    for (let i = 0; i < counted.length; i++) {
      const pair = random.pick(counted);
      delta += ours(pair) - theirs(pair);
      weight += base(pair);
    }
    return weight === 0 ? 0 : delta / weight;
  }).sort((a, b) => a - b);
  const interval = {
    low: differences[Math.floor(0.025 * RESAMPLES)] as number,
    high: differences[Math.ceil(0.975 * RESAMPLES) - 1] as number,
  };
  const [a, b] = [sum(pairs, ours) / total, sum(pairs, theirs) / total];
  return { ours: a, theirs: b, difference: a - b, interval, isReal: interval.low > 0 || interval.high < 0 };
}

const sum = (pairs: readonly Pair[], of: Of): number => pairs.reduce((total, pair) => total + of(pair), 0);
