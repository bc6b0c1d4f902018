/**
 * The score weights: for each label a logistic regression that turns the network's score, the front's names for the
 * label and for all other sounds, the device's score and the rhythm that the device measured into the final score.
 * The networks behind these inputs were trained on the same recordings, so the weights are fitted to recordings that
 * none of them was trained on.
 */

/** The inputs that speak for a label, as log-odds, in this order. */
export const WORDS = ['network', 'own', 'other', 'device', 'rhythm'] as const;
export type Word = (typeof WORDS)[number];

/** One held-back candidate with the inputs of the score weights. */
export interface Heard extends Readonly<Record<Word, number>> {
  /** Index of the reported label. */
  label: number;
  isReal: boolean;
}

/** One number a label for each: score = sigmoid(sum of weight x word + bias). */
export type ScoreWeights = Readonly<Record<Word | 'bias', Float32Array>>;

/** Scores are probabilities in single precision. Closer to 0 or 1 than this, their log-odds are rounding error. */
export const LEAST_SCORE = 0.001;

/** The network's score, unchanged. */
export const neutral = (labels: number): ScoreWeights => ({
  network: new Float32Array(labels).fill(1),
  own: new Float32Array(labels),
  other: new Float32Array(labels),
  device: new Float32Array(labels),
  rhythm: new Float32Array(labels),
  bias: new Float32Array(labels),
});

/** With fewer real or false candidates no weights can be fitted. */
const FEWEST = 20;
/**
 * The prior that the fit begins with and is pulled towards. Nearly all held-back alarms are synthesised like the
 * training sounds, so the network's score looks too good on them: the front's name for a sound, learned from recordings
 * alone, gets the same weight. The rhythm of a standard is enough alone, whatever the network's score for the timbre.
 */
const START: Readonly<Record<Word, number>> = { network: 0.5, own: 0.5, other: -0.25, device: 0, rhythm: 1 };
const PULL = 0.1;
const ROUNDS = 6_000;
const RATE = 0.05;
/** Another sound can only count against a label, everything else only for it. */
const SIGN: Readonly<Record<Word, 1 | -1>> = { network: 1, own: 1, other: -1, device: 1, rhythm: 1 };

/** Real and false candidates have the same total weight. A label with too few of either keeps the prior. */
export function fitScoreWeights(heard: readonly Heard[], labels: number): ScoreWeights {
  const weights = neutral(labels);
  for (let label = 0; label < labels; label++) {
    const asked = heard.filter((one) => one.label === label);
    const real = asked.filter(({ isReal }) => isReal).length;
    const others = asked.length - real;
    const isEnough = real >= FEWEST && others >= FEWEST;
    const fitted = isEnough ? fitLabel(asked, real, others) : { ...START, bias: 0 };
    for (const word of [...WORDS, 'bias'] as const) weights[word][label] = fitted[word];
  }
  return weights;
}

/** Gradient descent on plain arrays; the last input of each row is the bias. */
function fitLabel(asked: readonly Heard[], real: number, others: number): Record<Word | 'bias', number> {
  const rows = asked.map((one) => Float64Array.from([...WORDS.map((word) => one[word]), 1]));
  const start = Float64Array.from([...WORDS.map((word) => START[word]), 0]);
  const fitted = start.slice();
  const bias = WORDS.length;
  for (let round = 0; round < ROUNDS; round++) {
    const slope = fitted.map((value, i) => (i === bias ? 0 : PULL * (value - (start[i] as number))));
    rows.forEach((row, n) => {
      const isReal = asked[n]?.isReal === true;
      let sum = 0;
      for (let i = 0; i <= bias; i++) sum += (fitted[i] as number) * (row[i] as number);
      const error = (sigmoid(sum) - Number(isReal)) * (0.5 / (isReal ? real : others));
      for (let i = 0; i <= bias; i++) slope[i] = (slope[i] as number) + error * (row[i] as number);
    });
    for (let i = 0; i <= bias; i++) {
      const moved = (fitted[i] as number) - RATE * (slope[i] as number);
      const sign = i === bias ? Math.sign(moved) : SIGN[WORDS[i] as Word];
      fitted[i] = sign * Math.max(0, sign * moved);
    }
  }
  return Object.fromEntries([...WORDS, 'bias'].map((word, i) => [word, fitted[i]])) as Record<Word | 'bias', number>;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
