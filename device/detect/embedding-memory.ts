import type { MadeEmbedding } from '@earshot/shared/features/embedding.ts';

/**
 * How many seconds an embedding covers. The sound that caused an alert lies within this time; a longer time would
 * include more of the room before it.
 */
const WINDOW_S = 3;

/** The trunk's output of the last seconds. When a candidate needs an embedding, it is computed from this. */
export class EmbeddingMemory {
  readonly trunkSha256: string;
  private readonly width: number;
  private readonly length: number;
  /** Number i of a step's output is at index (step % length) * width + i. */
  private readonly values: Float32Array;
  /**
   * The step that is stored in each slot; -1: none. Doubles, because 32-bit integers would overflow after 2.7 years at
   * 25 steps a second.
   */
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
   * For each number of the trunk's output, its highest and its lowest value in these seconds. So the position of the
   * sound within them does not matter, and repetitions of a sound are more similar than with mean values
   * (docs/learning.md).
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
