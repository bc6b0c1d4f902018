import type { MadeEmbedding } from '@earshot/shared/features/embedding.ts';

/** A sound that alerts lies within this time; more would add the room before it. */
const WINDOW_S = 3;

/** The trunk's output of the last seconds, from which the embedding of a sound is made when a candidate needs one. */
export class EmbeddingMemory {
  readonly trunkSha256: string;
  private readonly width: number;
  private readonly length: number;
  /** Indexed by step % length * width + i. */
  private readonly values: Float32Array;
  /** The step that is stored in each slot; -1: none. 32 bits would overflow after 2.7 years at 25 steps a second. */
  private readonly stepOf: Float64Array;
  private steps = 0;

  constructor(trunk: { sha256: string; embedding: number }, stepS: number) {
    this.trunkSha256 = trunk.sha256;
    this.width = trunk.embedding;
    this.length = Math.round(WINDOW_S / stepS);
    this.values = new Float32Array(this.length * this.width);
    this.stepOf = new Float64Array(this.length).fill(-1);
  }

  /** Adds one step of the network's output, from `offset` on. */
  push(embedding: Float32Array, offset: number): void {
    const slot = this.steps % this.length;
    this.values.set(embedding.subarray(offset, offset + this.width), slot * this.width);
    this.stepOf[slot] = this.steps++;
  }

  /** Adds steps that the network skipped. */
  sleep(steps: number): void {
    this.steps += steps;
  }

  /**
   * For each number of the trunk's output, its highest and its lowest value in these seconds. So it does not matter
   * where in them the sound lies, and a repetition of the sound is more similar than with means (docs/learning.md).
   */
  embedding(): MadeEmbedding {
    const { width, length, values, stepOf, steps } = this;
    const made = new Float32Array(2 * width);
    for (let i = 0; i < width; i++) {
      let [highest, lowest] = [-Infinity, Infinity];
      for (let slot = 0; slot < length; slot++) {
        const step = stepOf[slot] as number;
        if (step < 0 || step < steps - length) continue;
        const value = values[slot * width + i] as number;
        if (value > highest) highest = value;
        if (value < lowest) lowest = value;
      }
      if (highest < lowest) continue;
      made[i] = highest;
      made[width + i] = lowest;
    }
    return { values: made, by: this.trunkSha256 };
  }
}
