/**
 * Adam with warm-up and cosine decay of the step size, gradients clipped by their common norm, and a moving average of
 * the weights. Its whole state can be saved.
 */
import * as tf from '@tensorflow/tfjs';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Weights } from './device-network.ts';
import type { NamedTensor } from './tensor-file.ts';

export interface Schedule {
  steps: number;
  warmUp: number;
  peakRate: number;
  /** The step size at the end of the training, as a share of its peak. */
  endShare?: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const CLIP_NORM = 1;
/**
 * The moving average covers about the last 1,400 steps. At the start it covers fewer, so that it does not include the
 * first random weights.
 */
const AVERAGE = 0.9993;
const END_SHARE = 0.01;
/**
 * The `endShare` for trainings that use averaged weights. Their last steps stay larger, because the mean of several
 * good sets of weights is better than each set (Izmailov et al., 2018).
 */
export const AVERAGED_SHARE = 0.1;

/** Steps until the step size reaches its peak: a twentieth of all, but not more than the first 80. */
export const warmUpOf = (steps: number): number => Math.min(80, Math.ceil(steps / 20));

function rateAt(step: number, { steps, warmUp, peakRate, endShare = END_SHARE }: Schedule): number {
  if (step < warmUp) return (peakRate * (step + 1)) / warmUp;
  const done = (step - warmUp) / Math.max(1, steps - warmUp);
  return peakRate * (endShare + (1 - endShare) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
}

/**
 * A local copy of `Math.sqrt`: in Jest's context, a million look-ups of the global `Math` in each step take seconds.
 */
const squareRoot = Math.sqrt;

/** Adam's two moments of each weight, and the moving average of the weight. */
interface Memory {
  first: Float32Array;
  second: Float32Array;
  average: Float32Array;
}

/**
 * Updates the weights with plain arithmetic on arrays, which takes 1 ms for a hundred thousand weights. A dozen tensor
 * operations for each of forty tensors would take 100 ms.
 */
export class Optimiser {
  readonly names: readonly string[];
  private readonly memory = new Map<string, Memory>();
  private readonly weights: Weights;
  private readonly schedule: Schedule;
  step = 0;

  constructor(weights: Weights, names: readonly string[], schedule: Schedule) {
    this.weights = weights;
    this.names = names;
    this.schedule = schedule;
    for (const name of names) {
      const { size } = this.weight(name);
      this.memory.set(name, {
        first: new Float32Array(size),
        second: new Float32Array(size),
        average: new Float32Array(this.weight(name).dataSync()),
      });
    }
  }

  /** Makes one step and returns the loss. */
  minimise(loss: () => tf.Scalar): number {
    const variables = this.names.map((name) => this.weight(name));
    const { value, grads } = tf.variableGrads(loss, variables);
    const gradients = variables.map((variable) => (grads[variable.name] as tf.Tensor).dataSync() as Float32Array);
    const lossValue = value.dataSync()[0] as number;
    tf.dispose([value, ...Object.values(grads)]);
    if (!Number.isFinite(lossValue))
      throw new EarshotError('TRAINING', `The loss is ${lossValue} at step ${this.step}.`);
    this.apply(gradients);
    return lossValue;
  }

  /** A copy of the averaged weights. */
  averaged(): Map<string, Float32Array> {
    return new Map(this.names.map((name) => [name, this.recall(name).average.slice()]));
  }

  /** Everything that a resumed run needs to continue as if it had not been stopped. */
  save(): Map<string, NamedTensor> {
    const saved = new Map<string, NamedTensor>();
    for (const name of this.names) {
      const { shape } = this.weight(name);
      const { first, second, average } = this.recall(name);
      saved.set(`weight/${name}`, { shape, data: this.weight(name).dataSync() as Float32Array });
      saved.set(`first/${name}`, { shape, data: first });
      saved.set(`second/${name}`, { shape, data: second });
      saved.set(`average/${name}`, { shape, data: average });
    }
    return saved;
  }

  restore(saved: ReadonlyMap<string, NamedTensor>, step: number): void {
    for (const name of this.names) {
      const part = (kind: string): Float32Array => {
        const tensor = saved.get(`${kind}/${name}`);
        if (!tensor) throw new EarshotError('RECORD_CORRUPT', `The checkpoint lacks ${kind}/${name}.`);
        return tensor.data.slice();
      };
      this.assign(name, part('weight'));
      this.memory.set(name, { first: part('first'), second: part('second'), average: part('average') });
    }
    this.step = step;
  }

  private apply(gradients: readonly Float32Array[]): void {
    let squares = 0;
    for (const gradient of gradients) for (const g of gradient) squares += g * g;
    const scale = Math.min(1, CLIP_NORM / (Math.sqrt(squares) + 1e-6));
    const rate = rateAt(this.step, this.schedule);
    this.step += 1;
    const stepSize = (rate * Math.sqrt(1 - BETA2 ** this.step)) / (1 - BETA1 ** this.step);
    const keep = Math.min(AVERAGE, (1 + this.step) / (10 + this.step));
    this.names.forEach((name, n) => {
      const gradient = gradients[n] as Float32Array;
      const { first, second, average } = this.recall(name);
      const weight = new Float32Array(this.weight(name).dataSync());
      for (let i = 0; i < weight.length; i++) {
        const g = (gradient[i] as number) * scale;
        const m = BETA1 * (first[i] as number) + (1 - BETA1) * g;
        const v = BETA2 * (second[i] as number) + (1 - BETA2) * g * g;
        first[i] = m;
        second[i] = v;
        const moved = (weight[i] as number) - (stepSize * m) / (squareRoot(v) + 1e-7);
        weight[i] = moved;
        average[i] = keep * (average[i] as number) + (1 - keep) * moved;
      }
      this.assign(name, weight);
    });
  }

  private assign(name: string, data: Float32Array): void {
    const variable = this.weight(name);
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape)));
  }

  private weight(name: string): tf.Variable {
    const weight = this.weights[name];
    if (!weight) throw new EarshotError('TRAINING', `The network has no weight ${name}.`);
    return weight;
  }

  private recall(name: string): Memory {
    return this.memory.get(name) as Memory;
  }
}
