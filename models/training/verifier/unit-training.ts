/**
 * Trains hidden units that only one label uses, on the device's candidates of this label. All other weights stay as they are, and so
 * do the scores of the other labels and the embedding: the sounds that a home has marked as harmless are still
 * recognised. Embeddings are computed before the training, so 2,500 steps take a minute.
 */
import * as tf from '@tensorflow/tfjs';
import { EVIDENCE_SIZE, REPEATED_AT } from '@earshot/shared/features/verifier-evidence.ts';
import { Random } from '../../synthesis/random.ts';
import { NOT_ASKED, YES } from '../data/targets.ts';
import type { Weights } from '../network/device-network.ts';
import { AVERAGED_SHARE, Optimiser, warmUpOf } from '../network/optimiser.ts';
import { rectified } from '../network/rectified.ts';
import { embeddedCandidates, VARIANTS, type Embedded, type EmbeddingRun } from './candidate-embeddings.ts';
import { playedOrAtHome, candidatesWithoutRhythm, type Draw } from './example-draw.ts';
import type { ExampleShard } from './example-store.ts';
import { VERIFIER_LABELS } from './example.ts';
import { HIDDEN_LAYER, LAST_LAYER, logitsOf } from './network.ts';
import { inputsOf, type Inputs } from './inputs.ts';
import { withUnits, withoutUnitsOf, type OwnUnits } from './own-units.ts';
import { MISS_WEIGHT, type TrainedVerifier } from './trainer.ts';
import { tensorOf, type Tensors } from './verifier-graph.ts';

export interface UnitTraining extends EmbeddingRun {
  /** Only the score of this label changes. */
  label: string;
  steps: number;
  peakRate: number;
  onStep: (step: number, steps: number, loss: number) => void;
}

/** What the device reports. */
export interface CandidateShards {
  /** Of sounds that were played for the training. */
  played: readonly ExampleShard[];
  /** Of days in homes without an alarm, one shard for each day. */
  homes: readonly ExampleShard[];
}

/** The batch is large, because the candidates differ much. A step costs little. */
const BATCH = 256;
/**
 * Number of hidden units that only the trained label uses. For smoke alarms 16, 32 and 96 were about as good, measured
 * on held-back days and on alarms and appliances of the proving generator; so were dropouts from 0.3 to 0.7.
 */
const UNITS = 48;
/** Dropout: the share of an embedding's values that are set to 0, chosen anew for each example. */
const DROPOUT = 0.6;
/** Weight decay: the share by which each step shrinks the new units' weights. */
const WEIGHT_DECAY = 3e-4;
/**
 * The weight that switches the new units off when a group of a standard's rhythm has repeated. The rhythm decides then:
 * with units that also learned such alarms, some T3 alarms in unusual timbres were lost.
 */
const SILENCE = -1_000;
/** Number of drawn candidates from which mean and spread of the embedding's values are computed. */
const MEASURED_DRAWS = 4_096;
export async function trainedUnits(
  { label, steps, peakRate, onStep, ...run }: UnitTraining,
  start: TrainedVerifier,
  scenes: readonly ExampleShard[],
  { played, homes }: CandidateShards,
): Promise<TrainedVerifier> {
  const { seed, signal } = run;
  const [examples, days] = [candidatesWithoutRhythm(played, label), candidatesWithoutRhythm(homes, label)];
  const embedded = await embeddedCandidates(run, start, scenes, [...examples, ...days]);
  const column = VERIFIER_LABELS.indexOf(label);
  const before = withoutUnitsOf(start.tensors, [column]);
  const size = tensorOf(before, 'hidden/kernel').shape[0] as number;
  const draw = drawFrom(embedded, playedOrAtHome(examples, days), size);
  const first = new Random(`own units/${label}/${seed}`);
  const inputs = inputsOf(Array.from({ length: MEASURED_DRAWS }, () => draw(first).embedding));
  const weights: Weights = { ...variablesOf(before), ...newUnits(size, column, first) };
  const warmUp = warmUpOf(steps);
  const optimiser = new Optimiser(weights, OWN_UNITS, { steps, warmUp, peakRate, endShare: AVERAGED_SHARE });
  const isTrained = VERIFIER_LABELS.map((one) => Number(one === label));
  while (optimiser.step < steps) {
    signal.throwIfAborted();
    const random = new Random(`own units/${label}/${seed}/${optimiser.step}`);
    const batch = Array.from({ length: BATCH }, () => draw(random));
    const embeddings = rowsOf(batch.map(({ embedding }) => embedding));
    const seen = rowsOf(batch.map(({ embedding }) => withDropout(embedding, inputs, random)));
    const targets = rowsOf(batch.map(({ targets }) => targets));
    const loss = optimiser.minimise(() => {
      const embedding = tf.tensor2d(embeddings, [BATCH, size]);
      const evidence = tf.slice(embedding, [0, size - EVIDENCE_SIZE]);
      const own = ownLogits(weights, tf.tensor2d(seen, [BATCH, size]));
      const logits = tf.add(logitsOf(weights, embedding, evidence), own) as tf.Tensor2D;
      return crossEntropy(logits, tf.tensor2d(targets, [BATCH, VERIFIER_LABELS.length]), isTrained);
    });
    decay(weights);
    onStep(optimiser.step, steps, loss);
    await new Promise(setImmediate);
  }
  const averages = optimiser.averaged();
  tf.dispose(Object.values(weights));
  return { ...start, tensors: withUnits(before, unitsIn(averages, inputs)) };
}

const OWN_UNITS = ['own/kernel', 'own/bias', 'own/score'] as const;

/** The layers above the embedding, which stay as they are. */
const variablesOf = (tensors: Tensors): Weights =>
  Object.fromEntries(
    [...HIDDEN_LAYER, ...LAST_LAYER].map((name) => {
      const { shape, data } = tensorOf(tensors, name);
      return [name, tf.variable(tf.tensor(data, shape), true)];
    }),
  );

interface Drawn {
  embedding: Float32Array;
  targets: Uint8Array;
}

/** Draws candidates with their embeddings, each in one of its variants. `size`: how many values an embedding has. */
function drawFrom(embedded: ReadonlyMap<ExampleShard, Embedded>, draw: Draw, size: number): (random: Random) => Drawn {
  return (random) => {
    const { shard, at } = draw(random);
    const { embeddings, targets } = embedded.get(shard) as Embedded;
    const row = random.integer(0, VARIANTS - 1) * shard.scenes + at;
    const width = VERIFIER_LABELS.length;
    return {
      embedding: embeddings.subarray(row * size, (row + 1) * size),
      targets: targets.subarray(row * width, (row + 1) * width),
    };
  };
}

function rowsOf(rows: readonly (Float32Array | Uint8Array)[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, n) => out.set(row, n * width));
  return out;
}

/** The values of an embedding at the same scale, some of them left out at random, which prevents overfitting. */
const withDropout = (embedding: Float32Array, { mean, spread }: Inputs, random: Random): Float32Array =>
  embedding.map((value, i) =>
    random.chance(DROPOUT) ? 0 : (value - (mean[i] as number)) / (spread[i] as number) / (1 - DROPOUT),
  );

/** New units have hardly any influence on the trained label, and none on the others. */
function newUnits(size: number, column: number, random: Random): Weights {
  const width = VERIFIER_LABELS.length;
  const kernel = Float32Array.from({ length: size * UNITS }, () => random.normal() / Math.sqrt(size));
  const score = Float32Array.from({ length: UNITS * width }, (_, at) =>
    at % width === column ? 0.05 * random.normal() : 0,
  );
  return {
    'own/kernel': tf.variable(tf.tensor2d(kernel, [size, UNITS]), true),
    'own/bias': tf.variable(tf.zeros([UNITS]), true),
    'own/score': tf.variable(tf.tensor2d(score, [UNITS, width]), true),
  };
}

/** Makes all weights of the units slightly smaller, which prevents overfitting. */
function decay(weights: Weights): void {
  for (const name of OWN_UNITS) {
    const weight = weights[name] as tf.Variable;
    const smaller = tf.mul(weight, 1 - WEIGHT_DECAY);
    weight.assign(smaller);
    smaller.dispose();
  }
}

function ownLogits(weights: Weights, seen: tf.Tensor2D): tf.Tensor {
  const weight = (name: (typeof OWN_UNITS)[number]): tf.Tensor2D => weights[name] as tf.Tensor as tf.Tensor2D;
  const units = rectified(tf.add(tf.matMul(seen, weight('own/kernel')), weight('own/bias')) as tf.Tensor2D);
  return tf.matMul(units, weight('own/score'));
}

type Averages = ReadonlyMap<string, Float32Array>;
const averageOf = (averages: Averages, name: string): Float32Array => averages.get(name) as Float32Array;

/** The trained units, with weights for the embedding as it is. */
function unitsIn(averages: Averages, { mean, spread }: Inputs): OwnUnits {
  const rhythm = mean.length - EVIDENCE_SIZE + REPEATED_AT;
  const kernel = averageOf(averages, 'own/kernel').map(
    (value, at) => value / (spread[Math.floor(at / UNITS)] as number),
  );
  const bias = averageOf(averages, 'own/bias').map((value, unit) =>
    mean.reduce((sum, middle, row) => sum - middle * (kernel[row * UNITS + unit] as number), value),
  );
  kernel.fill(SILENCE, rhythm * UNITS, (rhythm + 1) * UNITS);
  return { kernel, bias, score: averageOf(averages, 'own/score') };
}

/**
 * Plain cross-entropy of the asked labels. The loss of the other trainings (`detectionLoss`) gives the largest mistakes
 * the most weight, which separates the many clear candidates worse. `isTrained`: 1 for each label that is trained.
 */
function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D, isTrained: readonly number[]): tf.Scalar {
  const yes = tf.cast(tf.equal(targets, YES), 'float32');
  const asked = tf.mul(tf.cast(tf.notEqual(targets, NOT_ASKED), 'float32'), isTrained);
  const weight = tf.mul(asked, tf.add(tf.mul(yes, MISS_WEIGHT - 1), 1));
  return tf.losses.sigmoidCrossEntropy(yes, logits, weight, 0, tf.Reduction.SUM_BY_NONZERO_WEIGHTS);
}
