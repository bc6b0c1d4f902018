import { poisson } from '@earshot/shared/statistics/intervals.ts';
import type { LoggedWindow } from '@earshot/shared/contracts/samples.ts';
import type { RealShare } from './real-share.ts';

export interface Estimate {
  is: number;
  /** Lower and upper bound of the 95 % interval. */
  low: number;
  high: number;
}

export interface Outcome {
  falseAlerts: Estimate;
  misses: Estimate;
}

const Z = 1.959963984540054;
/**
 * Added to the observed and to the predicted variance. With few answers, their ratio then stays near 1, which is the
 * spread that the model predicts.
 */
const PRIOR_VARIANCE = 2;

/**
 * Estimates the false alerts and misses at a different threshold in this home, over the time of the log.
 *
 * A logged moment is an alert, or a sample: a moment below the threshold that was chosen at random with the probability
 * `propensity`. Each answered moment stands for `1 / (propensity x response)` moments, because some moments were not
 * sent and some were not answered. The weights are normalised to the number of moments that were sent
 * (self-normalised). They are applied only to the difference between the answers and the model of the fleet (doubly
 * robust), so the estimate is right when either the weights or the model are right.
 *
 * The method assumes that the chance of an answer depends only on whether the moment was an alert or a sample, and not
 * on whether the sound was real.
 */
export function estimate(log: readonly LoggedWindow[], model: RealShare, threshold: number): Outcome {
  const response = responseOf(log);
  return {
    falseAlerts: total(log, response, ({ score }) => score >= threshold, {
      of: ({ feedback }) => Number(feedback === 'wrong'),
      expected: ({ score }) => 1 - model.of(score),
    }),
    misses: total(log, response, ({ score }) => score < threshold, {
      of: ({ feedback }) => Number(feedback === 'right'),
      expected: ({ score }) => model.of(score),
    }),
  };
}

/**
 * Counts only the answers of members. Moments that were not sent are ignored, and moments without an answer add
 * nothing.
 */
export function countNaively(log: readonly LoggedWindow[], threshold: number): Outcome {
  const count = (wanted: (one: LoggedWindow) => boolean): Estimate => {
    const is = log.filter(wanted).length;
    return { is, ...poisson(is) };
  };
  return {
    falseAlerts: count(({ score, feedback }) => score >= threshold && feedback === 'wrong'),
    misses: count(({ score, feedback }) => score < threshold && feedback === 'right'),
  };
}

type Kind = 'alert' | 'sample';
const kindOf = ({ propensity }: LoggedWindow): Kind => (propensity === 1 ? 'alert' : 'sample');

/** The share of alerts and the share of samples that this home answers. */
function responseOf(log: readonly LoggedWindow[]): Record<Kind, number> {
  const rate = (kind: Kind): number => {
    const own = log.filter((one) => kindOf(one) === kind);
    return (own.filter(({ feedback }) => feedback !== null).length + 0.5) / (own.length + 1);
  };
  return { alert: rate('alert'), sample: rate('sample') };
}

interface Counted {
  of: (one: LoggedWindow) => number;
  expected: (one: LoggedWindow) => number;
}

function total(
  log: readonly LoggedWindow[],
  response: Record<Kind, number>,
  wanted: (one: LoggedWindow) => boolean,
  { of, expected }: Counted,
): Estimate {
  let [is, variance, certain] = [0, 0, 0];
  // Alerts and samples are handled separately. Within each of these groups all weights are equal and are normalised to
  // the number of moments in the group.
  for (const kind of ['alert', 'sample'] as const) {
    const sent = log.filter((one) => kindOf(one) === kind && wanted(one));
    const answered = sent.filter(({ feedback }) => feedback !== null);
    const moments = sent.reduce((sum, { propensity }) => sum + 1 / propensity, 0);
    const weight = ({ propensity }: LoggedWindow): number => 1 / (propensity * response[kind]);
    const weights = answered.reduce((sum, one) => sum + weight(one), 0);
    const wrongBy = answered.reduce((sum, one) => sum + weight(one) * (of(one) - expected(one)), 0);
    is += sent.reduce((sum, one) => sum + expected(one) / one.propensity, 0);
    if (weights > 0) is += (moments * wrongBy) / weights;
    const spread = spreadOf(answered, of, expected);
    for (const one of sent) {
      const share = expected(one);
      const residual = spread * share * (1 - share);
      variance += ((1 - one.propensity) / one.propensity ** 2) * share ** 2;
      variance += (weight(one) - 1) * (residual / one.propensity);
    }
    certain += answered.reduce((sum, one) => sum + of(one), 0);
  }
  const reach = Z * Math.sqrt(variance);
  const all = log.filter(wanted).reduce((sum, { propensity }) => sum + 1 / propensity, 0);
  // Answers are certain, so the true count cannot be lower than the number of answers of this kind.
  const inside = (value: number): number => Math.min(Math.max(value, certain), Math.max(all, certain));
  return { is: inside(is), low: inside(is - reach), high: Math.max(inside(is), is + reach) };
}

/**
 * How many times larger the spread of this home's answers around the model is than the spread that the model predicts.
 */
function spreadOf(answered: readonly LoggedWindow[], of: Counted['of'], expected: Counted['expected']): number {
  let [seen, said] = [PRIOR_VARIANCE, PRIOR_VARIANCE];
  for (const one of answered) {
    const share = expected(one);
    seen += (of(one) - share) ** 2;
    said += share * (1 - share);
  }
  return Math.max(1, seen / said);
}
