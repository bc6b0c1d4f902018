/**
 * The sum of all names of the convolutional front, with a weight for each name and label: a strongly regularised
 * logistic regression on the candidates of a device. The layers above the front judge the sound itself; the names also
 * tell what else is heard when a device is wrong on a day in a home: music, voices, birds, a dishwasher.
 */
import { EarshotError } from '@earshot/shared/errors.ts';
import { regress } from '../calibration/fit-decision.ts';
import { NOT_ASKED, YES } from '../data/targets.ts';
import type { NamedTensor } from '../network/tensor-file.ts';
import { embeddedCandidates, VARIANTS, type EmbeddingRun } from './candidate-embeddings.ts';
import { candidatesReportedAs } from './example-draw.ts';
import { VERIFIER_LABELS } from './example.ts';
import { inputsOf } from './inputs.ts';
import { NAME_SCALE, NAMES_FROM } from './network.ts';
import type { TrainedVerifier } from './trainer.ts';
import type { CandidateShards } from './unit-training.ts';

/** Regularisation. Values between 0.1 and 3 were about as good on held-back sessions and days (docs/model-history.md). */
const PULL = 1;
/** With fewer real or false candidates nothing is fitted, and the sum is 0. */
const FEWEST = 20;
/**
 * Every candidate is used as it was sent, and once more over a sound of a day in a home. All candidates of such days are
 * false, so without this the weights would count music and voices against alarms that sound beside them.
 */
const OVER_HOMES = 1;

export interface AllNamesRun extends EmbeddingRun {
  label: string;
  /** Whether too few candidates are an error. */
  isAskedFor: boolean;
}

/** The verifier with the sum of all names fitted for one label. Nothing else changes. */
export async function withAllNamesFitted(
  { label, isAskedFor, ...run }: AllNamesRun,
  verifier: TrainedVerifier,
  { played, homes }: CandidateShards,
): Promise<TrainedVerifier> {
  const names = verifier.relation.shape[1] as number;
  const column = VERIFIER_LABELS.indexOf(label);
  const [real, others]: [Float32Array[], Float32Array[]] = [[], []];
  const candidates = candidatesReportedAs([...played, ...homes], label);
  const beneath = homes.length > 0 ? homes : played;
  const embedded = await embeddedCandidates({ ...run, overAnother: OVER_HOMES }, verifier, beneath, candidates);
  for (const { embeddings, targets } of embedded.values()) {
    const rows = targets.length / VERIFIER_LABELS.length;
    const width = embeddings.length / rows;
    for (let row = 0; row < rows; row++) {
      const answer = targets[row * VERIFIER_LABELS.length + column];
      if (answer === NOT_ASKED) continue;
      const from = row * width + NAMES_FROM;
      const named = embeddings.subarray(from, from + names).map((name) => name / NAME_SCALE);
      (answer === YES ? real : others).push(named);
    }
  }
  const isEnough = Math.min(real.length, others.length) >= VARIANTS * FEWEST;
  if (!isEnough && isAskedFor)
    throw new EarshotError(
      'TRAINING',
      `The device has reported too few candidates of ${label}: ${real.length / VARIANTS} real and ${others.length / VARIANTS} false ones, and ${FEWEST} of each are needed. Make more shards or choose other labels.`,
    );
  const fitted = isEnough ? fittedTo(real, others) : { weights: new Float32Array(names), bias: 0 };
  return { ...verifier, tensors: withColumn(verifier.tensors, fitted, column) };
}

interface NamesFit {
  weights: ArrayLike<number>;
  bias: number;
}

/** Fits weights for names that all have the same scale, and converts them to weights for the names as they are. */
export function fittedTo(real: readonly Float32Array[], others: readonly Float32Array[]): NamesFit {
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

function withColumn(tensors: TrainedVerifier['tensors'], { weights, bias }: NamesFit, column: number): typeof tensors {
  const labels = VERIFIER_LABELS.length;
  const kernel = tensors.get('allNames/kernel')?.data.slice() ?? new Float32Array(weights.length * labels);
  const biases = tensors.get('allNames/bias')?.data.slice() ?? new Float32Array(labels);
  for (let name = 0; name < weights.length; name++) kernel[name * labels + column] = weights[name] as number;
  biases[column] = bias;
  return new Map<string, NamedTensor>(tensors)
    .set('allNames/kernel', { shape: [weights.length, labels], data: kernel })
    .set('allNames/bias', { shape: [labels], data: biases });
}
