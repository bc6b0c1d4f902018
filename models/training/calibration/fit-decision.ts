/**
 * Fits a label's weights by logistic regression on the most certain evaluation of each event and of each stretch
 * without an event. Which evaluation is the most certain one depends on the weights, so evaluations and weights are
 * chosen in turns. Each turn uses the stretches that are most likely to be reported by mistake, because only these
 * matter when false alerts are rare.
 */
import type { Bag } from './bags.ts';

export interface Fitted {
  bias: number;
  /** The weights, in the order of the names of the evidence. */
  weights: Float64Array;
}

/**
 * The sign that a weight must have; 0 allows both. Required signs keep the reasons in an alert plausible: a higher
 * score of the label's own head, for example, never counts against the label.
 */
export type Sign = 1 | -1 | 0;

const TURNS = 6;
const STEPS = 600;
const RATE = 0.05;
/** Regularisation: pulls weights towards zero. */
const PULL = 2e-3;
/**
 * This many of the stretches that are most likely to be reported by mistake are used, and the same number of other,
 * evenly spaced stretches.
 */
const HARDEST = 1_500;
const OTHERS = 1_500;

export function fitDecision(bags: readonly Bag[], indices: readonly number[], signs: readonly Sign[]): Fitted {
  const real = bags.filter(({ isReal }) => isReal);
  const others = bags.filter(({ isReal }) => !isReal);
  // Start with the required signs as weights.
  let fitted: Fitted = { bias: 0, weights: Float64Array.from(signs) };
  for (let turn = 0; turn < TURNS; turn++) {
    const positive = real.map((bag) => surest(bag, fitted, indices));
    const ranked = others.map((bag) => surest(bag, fitted, indices)).sort((a, b) => b.value - a.value);
    const every = Math.max(1, Math.floor((ranked.length - HARDEST) / OTHERS));
    const negative = ranked.filter((_, n) => n < HARDEST || (n - HARDEST) % every === 0);
    fitted = regress(
      positive.map(({ row }) => row),
      negative.map(({ row }) => row),
      indices,
      signs,
      fitted,
    );
  }
  return fitted;
}

export function valueOf({ bias, weights }: Fitted, row: Float32Array, indices: readonly number[]): number {
  let sum = bias;
  for (let i = 0; i < indices.length; i++) sum += (weights[i] as number) * (row[indices[i] as number] as number);
  return sum;
}

export function surest(bag: Bag, fitted: Fitted, indices: readonly number[]): { row: Float32Array; value: number } {
  let best = { row: bag.rows[0] as Float32Array, value: -Infinity };
  for (const row of bag.rows) {
    const value = valueOf(fitted, row, indices);
    if (value > best.value) best = { row, value };
  }
  return best;
}

/**
 * Logistic regression in which positive and negative rows have the same total weight. It uses Adam, because the kinds of
 * evidence have different scales. `pull`: how strongly weights are pulled towards zero.
 */
export function regress(
  positive: readonly Float32Array[],
  negative: readonly Float32Array[],
  indices: readonly number[],
  signs: readonly Sign[],
  start: Fitted,
  pull = PULL,
): Fitted {
  const size = indices.length + 1;
  const weights = Float64Array.from([...start.weights, start.bias]);
  const [mean, square] = [new Float64Array(size), new Float64Array(size)];
  const rows = [...positive, ...negative].map((row) => Float64Array.from([...indices.map((i) => row[i] as number), 1]));
  const shares = rows.map((_, n) => 0.5 / (n < positive.length ? positive.length : negative.length));
  for (let step = 1; step <= STEPS; step++) {
    const gradient = weights.map((weight, i) => (i < size - 1 ? pull * weight : 0));
    rows.forEach((row, n) => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += (weights[i] as number) * (row[i] as number);
      const error = (1 / (1 + Math.exp(-sum)) - Number(n < positive.length)) * (shares[n] as number);
      for (let i = 0; i < size; i++) gradient[i] = (gradient[i] as number) + error * (row[i] as number);
    });
    const rate = RATE * (1 - step / (STEPS + 1));
    for (let i = 0; i < size; i++) {
      const g = gradient[i] as number;
      mean[i] = 0.9 * (mean[i] as number) + 0.1 * g;
      square[i] = 0.99 * (square[i] as number) + 0.01 * g * g;
      const [m, s] = [(mean[i] as number) / (1 - 0.9 ** step), (square[i] as number) / (1 - 0.99 ** step)];
      const next = (weights[i] as number) - (rate * m) / (Math.sqrt(s) + 1e-9);
      const sign = signs[i] ?? 0;
      weights[i] = sign === 0 ? next : sign * Math.max(0, sign * next);
    }
  }
  return { bias: weights[size - 1] as number, weights: weights.subarray(0, size - 1) };
}
