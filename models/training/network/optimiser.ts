/** Adam with warm-up and a cosine fall, gradients clipped by their common norm, and a moving average of the weights. All its state can be saved. */
import * as tf from '@tensorflow/tfjs';
import type { Weights } from './device-network.ts';

export interface Schedule {
  steps: number;
  warmUp: number;
  peakRate: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const CLIP_NORM = 1;
/** The average reaches back about 300 steps, fewer at the start so that it does not remember the first guess. */
const AVERAGE = 0.997;

export function rateAt(step: number, { steps, warmUp, peakRate }: Schedule): number {
  if (step < warmUp) return (peakRate * (step + 1)) / warmUp;
  const done = (step - warmUp) / Math.max(1, steps - warmUp);
  return peakRate * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
}

export class Optimiser {
  readonly names: readonly string[];
  /** First and second moments and averages, by weight name; saved with a checkpoint. */
  readonly state: Weights = {};
  private readonly weights: Weights;
  private readonly schedule: Schedule;
  step = 0;

  constructor(weights: Weights, names: readonly string[], schedule: Schedule) {
    this.weights = weights;
    this.names = names;
    this.schedule = schedule;
    for (const name of names) {
      const weight = weights[name] as tf.Variable;
      this.state[`m/${name}`] = tf.variable(tf.zerosLike(weight), false);
      this.state[`v/${name}`] = tf.variable(tf.zerosLike(weight), false);
      this.state[`average/${name}`] = tf.variable(weight.clone(), false);
    }
  }

  /** One step; returns the loss. */
  minimise(loss: () => tf.Scalar): number {
    const { value, grads } = tf.variableGrads(
      loss,
      this.names.map((name) => this.weights[name] as tf.Variable),
    );
    const byName = new Map(
      this.names.map((name) => [name, grads[(this.weights[name] as tf.Variable).name] as tf.Tensor]),
    );
    const rate = rateAt(this.step, this.schedule);
    this.step += 1;
    const correction = Math.sqrt(1 - BETA2 ** this.step) / (1 - BETA1 ** this.step);
    const average = Math.min(AVERAGE, (1 + this.step) / (10 + this.step));
    tf.tidy(() => {
      const norm = tf.sqrt(tf.addN([...byName.values()].map((g) => tf.sum(tf.square(g)))));
      const scale = tf.minimum(1, tf.div(CLIP_NORM, tf.add(norm, 1e-6)));
      for (const [name, gradient] of byName) {
        const g = tf.mul(gradient, scale);
        const weight = this.weights[name] as tf.Variable;
        const m = this.state[`m/${name}`] as tf.Variable;
        const v = this.state[`v/${name}`] as tf.Variable;
        const kept = this.state[`average/${name}`] as tf.Variable;
        m.assign(tf.add(tf.mul(m, BETA1), tf.mul(g, 1 - BETA1)));
        v.assign(tf.add(tf.mul(v, BETA2), tf.mul(tf.square(g), 1 - BETA2)));
        weight.assign(tf.sub(weight, tf.mul(rate * correction, tf.div(m, tf.add(tf.sqrt(v), 1e-7)))));
        kept.assign(tf.add(tf.mul(kept, average), tf.mul(weight, 1 - average)));
      }
    });
    const lossValue = value.dataSync()[0] as number;
    tf.dispose([value, ...byName.values()]);
    return lossValue;
  }

  /** The averaged weights, as plain arrays. */
  averaged(): Map<string, Float32Array> {
    return new Map(
      this.names.map((name) => [name, (this.state[`average/${name}`] as tf.Variable).dataSync() as Float32Array]),
    );
  }

  dispose(): void {
    tf.dispose(Object.values(this.state));
  }
}
