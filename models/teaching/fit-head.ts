/** Trains one head on embeddings: the same head, loss and optimiser as a release's training, without the trunk. */
import * as tf from '@tensorflow/tfjs';
import { NO } from '../training/data/targets.ts';
import { heads, headWeights, newWeights, type NetworkShape, type Weights } from '../training/network/device-network.ts';
import { detectionLoss } from '../training/network/loss.ts';
import { AVERAGED_SHARE, Optimiser } from '../training/network/optimiser.ts';
import type { PlainWeights } from '../training/onnx/device-graphs.ts';
import { Random } from '../synthesis/random.ts';

interface HeadMaterial {
  /** Steps of rendered examples, with the expected answer for each. */
  embeddings: Float32Array;
  targets: Uint8Array;
  /** Embeddings of other sounds. */
  others: Float32Array;
}

const STEPS = 700;
const WARM_UP = 40;
/**
 * From this training step on, half of the other sounds in each step are those to which the head gives the highest
 * scores. They are chosen again from time to time.
 */
const MINE_FROM = 80;
const MINE_EVERY = 40;
const HARDEST_SHARE = 0.03;
const RATE = 4e-3;
/** Number of rows of rendered examples in each step; the same number of rows is of other sounds. */
const HALF = 512;
/** Misses and false alerts have the same weight in the loss, because the threshold sets the balance between them. */
const MISS_WEIGHT = 1;

/**
 * Trains the weights of one head and returns them under the names of `headWeights(label)`. Call `initWasm` or
 * `initBackend` first. Lets other work of the process run after each training step, so that the signal can abort.
 */
export async function fitHead(
  label: string,
  shape: NetworkShape,
  { embeddings, targets, others }: HeadMaterial,
  seed: number,
  signal?: AbortSignal,
): Promise<PlainWeights> {
  const { units } = shape;
  const weights = newWeights(shape, [label], seed);
  const names = headWeights(label);
  const optimiser = new Optimiser(weights, names, {
    steps: STEPS,
    warmUp: WARM_UP,
    peakRate: RATE,
    endShare: AVERAGED_SHARE,
  });
  const random = new Random(`teach/${seed}`);
  const rows = new Float32Array(2 * HALF * units);
  const answers = new Float32Array(2 * HALF);
  let hardest: number[] = [];
  while (optimiser.step < STEPS) {
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    if (optimiser.step >= MINE_FROM && optimiser.step % MINE_EVERY === 0)
      hardest = hardestOf(logitsOf(currentOf(weights, names), label, shape, others));
    for (let row = 0; row < 2 * HALF; row++) {
      const from = row < HALF ? embeddings : others;
      const isHard = from === others && row % 2 === 0 && hardest.length > 0;
      const at = isHard ? random.pick(hardest) : random.integer(0, from.length / units - 1);
      rows.set(from.subarray(at * units, (at + 1) * units), row * units);
      answers[row] = row < HALF ? (targets[at] as number) : NO;
    }
    const [x, y] = [tf.tensor2d(rows, [2 * HALF, units]), tf.tensor2d(answers, [2 * HALF, 1])];
    optimiser.minimise(() => detectionLoss(heads(weights, [label], x), y, MISS_WEIGHT));
    tf.dispose([x, y]);
  }
  const fitted = optimiser.averaged();
  tf.dispose(Object.values(weights));
  return fitted;
}

const currentOf = (weights: Weights, names: readonly string[]): PlainWeights =>
  new Map(names.map((name) => [name, (weights[name] as tf.Variable).dataSync() as Float32Array]));

function hardestOf(logits: Float32Array): number[] {
  const order = Array.from(logits.keys()).sort((a, b) => (logits[b] as number) - (logits[a] as number));
  return order.slice(0, Math.ceil(HARDEST_SHARE * logits.length));
}

/** The head's logits, computed without TensorFlow: [row]. */
export function logitsOf(
  weights: PlainWeights,
  label: string,
  { units, headUnits }: NetworkShape,
  rows: Float32Array,
): Float32Array {
  const [kernel, bias, score, scoreBias] = headWeights(label).map((name) => weights.get(name)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return Float32Array.from({ length: rows.length / units }, (_, row) => {
    let logit = scoreBias[0] as number;
    for (let unit = 0; unit < headUnits; unit++) {
      let sum = bias[unit] as number;
      for (let i = 0; i < units; i++)
        sum += (rows[row * units + i] as number) * (kernel[i * headUnits + unit] as number);
      if (sum > 0) logit += sum * (score[unit] as number);
    }
    return logit;
  });
}

/**
 * Changes the weights so that the head's logit becomes `scale * (logit - middle)`. The form of the head stays the same.
 */
export function rescaled(weights: PlainWeights, label: string, scale: number, middle: number): PlainWeights {
  const [kernel, bias, score, scoreBias] = headWeights(label) as [string, string, string, string];
  const at = (name: string): Float32Array => weights.get(name) as Float32Array;
  return new Map([
    [kernel, at(kernel)],
    [bias, at(bias)],
    [score, at(score).map((value) => value * scale)],
    [scoreBias, at(scoreBias).map((value) => (value - middle) * scale)],
  ]);
}
