/**
 * The score weights: for each label a logistic regression that turns the network's score, the convolutional front's
 * names, by themselves and all together, the device's score and the rhythm that the device measured into the final
 * score. The networks behind these inputs were trained on the same recordings, so the weights are fitted to
 * recordings that none of them was trained on.
 */

/**
 * The inputs that speak for or against a label, in this order. The first five are log-odds. `own`: the front's name for the label;
 * `other`: its highest name for another sound; `allNames`: the sum of all its names with weights that
 * were fitted to candidates of a device (all-names.ts). `rhythm`: how many groups of
 * the label's standard repeated, and how well they fit. `proof`: how much better the standard's rhythm explains these
 * groups than any other rhythm does, in nats; `repeated`: 1 if this was measured. A bird that repeats its song by chance
 * in the standard's cycle has little proof, so `repeated` counts against the label and `proof` for it. `differ`: for CO alarms how differently these groups
 * sound, 0 to 1: birdsong and music change their notes, a unit does not. `old`: 1 if the
 * device has reported the sound for minutes, it is no louder than the quietest moment of the last 20 s, and no standard's
 * rhythm repeated. A cricket sings for hours; an alarm is confirmed when it begins. `early`: 1 if the device reports the
 * sound for the first time, before a T3 alarm could have repeated its group. Many appliances beep for so short a time. The
 * device reports an alarm that goes on again within seconds.
 */
export const WORDS = [
  'network',
  'own',
  'other',
  'allNames',
  'device',
  'rhythm',
  'proof',
  'repeated',
  'differ',
  'old',
  'early',
] as const;
export type Word = (typeof WORDS)[number];

/** One held-back candidate with the inputs of the score weights. */
export interface Heard extends Readonly<Record<Word, number>> {
  /** Index of the reported label. */
  label: number;
  isReal: boolean;
}

/** For each input, and for the bias, one number per label: score = sigmoid(sum of weight x input + bias). */
export type ScoreWeights = Readonly<Record<Word | 'bias', Float32Array>>;

/**
 * Scores are limited to this distance from 0 and 1: they are in single precision, and closer to 0 or 1 their log-odds
 * would be rounding errors.
 */
export const LEAST_SCORE = 0.001;

/** Weights that leave the network's score unchanged. */
export const neutral = (labels: number): ScoreWeights => {
  const none = [...WORDS, 'bias'].map((word) => [word, new Float32Array(labels)]);
  return { ...(Object.fromEntries(none) as ScoreWeights), network: new Float32Array(labels).fill(1) };
};

/** The new weights of the labels that were fitted, and the old ones of all others. */
export const beside = (
  fresh: ScoreWeights,
  old: (word: Word | 'bias') => Float32Array,
  isFitted: readonly boolean[],
): ScoreWeights => {
  const mixed = ([...WORDS, 'bias'] as const).map((word) => {
    const before = old(word);
    return [word, fresh[word].map((value, label) => (isFitted[label] ? value : (before[label] as number)))];
  });
  return Object.fromEntries(mixed) as ScoreWeights;
};

/** With fewer real or false candidates no weights can be fitted. */
const FEWEST = 20;
/**
 * The prior weights, with which the fit begins and towards which it is pulled. Nearly all held-back alarms are
 * synthesised like the training sounds, so the network's score looks too good on them. So the names from the
 * convolutional front, which were learned from recordings alone, get the same prior weight. A standard rhythm must be
 * enough by itself, whatever the network's score for the timbre is. A repetition with half a nat of proof counts
 * neither for nor against the label. The sum of all names keeps the scale with which it was fitted. A sound that was there before must be much more certain than one that just began:
 * the material has few nights with crickets, so the fit alone would hardly notice them. An early report is rejected unless
 * everything else is certain. This weight is not fitted: most early reports of the material are of alarms, so a fit would
 * confirm them, but waiting for the next report costs an alarm only a few seconds.
 */
const START: Readonly<Record<Word, number>> = {
  network: 0.5,
  own: 0.5,
  other: -0.25,
  allNames: 1,
  device: 0,
  rhythm: 1,
  proof: 4,
  repeated: -2,
  differ: -2,
  old: -4,
  early: -6,
};
const PULL = 0.1;
const ROUNDS = 6_000;
const RATE = 0.05;
/**
 * The allowed sign of each weight: another sound, a repetition, groups that differ, age and an early report count only against a label, every
 * other input only for it.
 */
const SIGN: Readonly<Record<Word, 1 | -1>> = {
  network: 1,
  own: 1,
  other: -1,
  allNames: 1,
  device: 1,
  rhythm: 1,
  proof: 1,
  repeated: -1,
  differ: -1,
  old: -1,
  early: -1,
};

/** Real and false candidates have the same total weight. A label with too few of either keeps the prior. */
export function fitScoreWeights(heard: readonly Heard[], labels: number): ScoreWeights {
  const weights = neutral(labels);
  for (let label = 0; label < labels; label++) {
    const asked = heard.filter((one) => one.label === label).map((one) => ({ ...one, early: 0 }));
    const real = asked.filter(({ isReal }) => isReal).length;
    const others = asked.length - real;
    const isEnough = real >= FEWEST && others >= FEWEST;
    const fitted = isEnough ? fitLabel(asked, real, others) : { ...START, bias: 0 };
    for (const word of [...WORDS, 'bias'] as const) weights[word][label] = fitted[word];
  }
  return weights;
}

/** Fits the weights of one label by gradient descent on plain arrays. The last input of each row is the bias. */
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
