/**
 * What all names that the convolutional front gives to a clip together say about a label: a strongly regularised
 * logistic regression on the candidates of a device, those of days in homes included. The layers above the front judge
 * the sound itself; the names also tell what else is heard when a device is wrong: music, voices, birds, a dishwasher.
 */
import { regress } from '../calibration/fit-decision.ts';
import { YES } from '../data/targets.ts';
import type { NamedTensor } from '../network/tensor-file.ts';
import { embeddedCandidates, type EmbeddingRun } from './candidate-embeddings.ts';
import { candidatesOf } from './example-draw.ts';
import type { ExampleShard } from './example-store.ts';
import { VERIFIER_LABELS } from './example.ts';
import { NAME_SCALE, NAMES_FROM } from './network.ts';
import type { TrainedVerifier } from './trainer.ts';
import { inputsOf } from './unit-training.ts';

/**
 * Regularisation. Between 0.1 and 3 it makes little difference: of the false candidates on 33 calibration days that the
 * verifier confirms at the thresholds that keep 94 % of the real CO alarms and 90 % of the real panes of held-back
 * sessions, 0 or 1 instead of 6 and 7 to 11 instead of 58 are left.
 */
const PULL = 1;
/** With fewer real or false candidates nothing is fitted, and the names together say nothing about the label. */
const FEWEST = 20;

export interface AllNamesRun extends EmbeddingRun {
  label: string;
}

/** The verifier with what all names together say about one label. Nothing else changes. */
export async function withAllNames(
  { label, ...run }: AllNamesRun,
  verifier: TrainedVerifier,
  scenes: readonly ExampleShard[],
  candidates: readonly ExampleShard[],
): Promise<TrainedVerifier> {
  const names = verifier.relation.shape[1] as number;
  const column = VERIFIER_LABELS.indexOf(label);
  const [real, others]: [Float32Array[], Float32Array[]] = [[], []];
  const embedded = await embeddedCandidates(run, verifier, scenes, candidatesOf(candidates, label));
  for (const { embeddings, targets } of embedded.values()) {
    const rows = targets.length / VERIFIER_LABELS.length;
    const width = embeddings.length / rows;
    for (let row = 0; row < rows; row++) {
      const from = row * width + NAMES_FROM;
      const isReal = targets[row * VERIFIER_LABELS.length + column] === YES;
      (isReal ? real : others).push(embeddings.subarray(from, from + names).map((name) => name / NAME_SCALE));
    }
  }
  const said = real.length < FEWEST || others.length < FEWEST ? saysNothing(names) : fittedTo(real, others);
  return { ...verifier, tensors: withColumn(verifier.tensors, said, column) };
}

interface Said {
  weights: ArrayLike<number>;
  bias: number;
}

const saysNothing = (names: number): Said => ({ weights: new Float32Array(names), bias: 0 });

/** Fits weights for names that all have the same scale, and converts them to weights for the names as they are. */
export function fittedTo(real: readonly Float32Array[], others: readonly Float32Array[]): Said {
  const { mean, spread } = inputsOf([...real, ...others]);
  const scaled = (row: Float32Array): Float32Array =>
    row.map((name, i) => (name - (mean[i] as number)) / (spread[i] as number));
  const start = { bias: 0, weights: new Float64Array(mean.length) };
  const indices = [...mean.keys()];
  const signs = indices.map(() => 0 as const);
  const fitted = regress(real.map(scaled), others.map(scaled), indices, signs, start, PULL);
  const weights = fitted.weights.map((weight, i) => weight / (spread[i] as number));
  return { weights, bias: weights.reduce((bias, weight, i) => bias - weight * (mean[i] as number), fitted.bias) };
}

function withColumn(tensors: TrainedVerifier['tensors'], { weights, bias }: Said, column: number): typeof tensors {
  const labels = VERIFIER_LABELS.length;
  const kernel = tensors.get('allNames/kernel')?.data.slice() ?? new Float32Array(weights.length * labels);
  const biases = tensors.get('allNames/bias')?.data.slice() ?? new Float32Array(labels);
  for (let name = 0; name < weights.length; name++) kernel[name * labels + column] = weights[name] as number;
  biases[column] = bias;
  return new Map<string, NamedTensor>(tensors)
    .set('allNames/kernel', { shape: [weights.length, labels], data: kernel })
    .set('allNames/bias', { shape: [labels], data: biases });
}
