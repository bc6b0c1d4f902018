import type { NamedTensor } from '../training/network/tensor-file.ts';

/** One candidate as the last layer sees it: what the network made of the clip, and what the device said. */
export interface Heard {
  label: number;
  logits: Float32Array;
  evidence: Float32Array;
  isReal: boolean;
}

export interface Judgement {
  /** [label][logits of all labels, evidence, 1] */
  weights: Float64Array[];
}

/** With fewer of either kind a label keeps what the network learned: a rule from three examples is no rule. */
const FEWEST = 5;
/** Pulls towards the network's own word. Chosen on candidates of the fitting part by cross-validation; not sharp between 0.02 and 0.1. */
const PULL = 0.05;
const ROUNDS = 3_000;
const RATE = 0.1;

/**
 * The last layer, fitted to the device's own candidates: a logistic regression a label on the network's logits and the evidence, both
 * kinds of candidates weighing the same. It is convex and small, so a few hundred candidates are enough, where the network behind it
 * needs thousands; and it is what makes a rhythm that the cadence reader measured count.
 */
export function fitJudgement(heard: readonly Heard[], labels: number): Judgement {
  const evidence = heard[0]?.evidence.length ?? 0;
  return {
    weights: Array.from({ length: labels }, (_, label) =>
      fitLabel(
        label,
        heard.filter((one) => one.label === label),
        labels,
        evidence,
      ),
    ),
  };
}

function fitLabel(label: number, heard: readonly Heard[], labels: number, evidence: number): Float64Array {
  const prior = new Float64Array(labels + evidence + 1);
  prior[label] = 1;
  const real = heard.filter(({ isReal }) => isReal).length;
  const others = heard.length - real;
  if (real < FEWEST || others < FEWEST) return prior;
  const rows = heard.map(inputOf);
  const weights = prior.slice();
  const bias = weights.length - 1;
  for (let round = 0; round < ROUNDS; round++) {
    const slope = weights.map((weight, i) => (i === bias ? 0 : PULL * (weight - (prior[i] as number))));
    heard.forEach(({ isReal }, row) => {
      const input = rows[row] as Float64Array;
      const error = (believed(weights, input) - Number(isReal)) * (0.5 / (isReal ? real : others));
      for (let i = 0; i < slope.length; i++) slope[i] = (slope[i] as number) + error * (input[i] as number);
    });
    for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) - RATE * (slope[i] as number);
  }
  return weights;
}

const inputOf = ({ logits, evidence }: Heard): Float64Array => Float64Array.from([...logits, ...evidence, 1]);

function believed(weights: Float64Array, input: Float64Array): number {
  const sum = weights.reduce((all, weight, i) => all + weight * (input[i] as number), 0);
  return 1 / (1 + Math.exp(-sum));
}

/** Folds a judgement into the network's own last layer: the network that ships has one, not two. */
export function withJudgement(
  tensors: ReadonlyMap<string, NamedTensor>,
  { weights }: Judgement,
): Map<string, NamedTensor> {
  const labels = weights.length;
  const mixed = (name: string): NamedTensor => {
    const { shape, data } = tensors.get(name) ?? { shape: [0, labels], data: new Float32Array(0) };
    const rows = data.length / labels;
    const out = new Float32Array(data.length);
    for (let row = 0; row < rows; row++)
      weights.forEach((of, label) => {
        let sum = 0;
        for (let from = 0; from < labels; from++) sum += (data[row * labels + from] as number) * (of[from] as number);
        out[row * labels + label] = sum;
      });
    return { shape, data: out };
  };
  const scores = mixed('score/kernel');
  const bias = mixed('score/bias');
  const told = mixed('evidence/kernel');
  weights.forEach((of, label) => {
    bias.data[label] = (bias.data[label] as number) + (of.at(-1) as number);
    for (let i = 0; i < told.data.length / labels; i++)
      told.data[i * labels + label] = (told.data[i * labels + label] as number) + (of[labels + i] as number);
  });
  return new Map([...tensors, ['score/kernel', scores], ['score/bias', bias], ['evidence/kernel', told]]);
}
