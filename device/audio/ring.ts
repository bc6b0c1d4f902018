import { SAMPLE_RATE } from './source.ts';

/** Length of the ring buffer: the longest clip (from the sound before the event to its end), with some margin. */
const RING_S = 20;

/**
 * The last 20 s of sound, in memory only, addressed by the source's sample counter. Missing samples read as silence, so
 * that a clip with a gap keeps its timing.
 */
export class Ring {
  private readonly samples: Float32Array;
  /** The position after the newest sample. */
  private endSample = 0;
  private startSample = 0;

  constructor(seconds = RING_S) {
    this.samples = new Float32Array(seconds * SAMPLE_RATE);
  }

  get end(): number {
    return this.endSample;
  }

  /** The position of the oldest sample that can still be read. */
  get start(): number {
    return this.startSample;
  }

  push(block: Float32Array, atSample: number): void {
    if (atSample > this.endSample) this.skipTo(atSample);
    const kept = block.length > this.samples.length ? block.subarray(block.length - this.samples.length) : block;
    this.endSample = atSample + block.length - kept.length;
    this.write(kept);
  }

  /** A copy of the samples from `from` up to, not including, `to`, with silence where the ring buffer has none. */
  read(from: number, to: number): Float32Array {
    const out = new Float32Array(Math.max(0, to - from));
    const first = Math.max(from, this.startSample);
    const last = Math.min(to, this.endSample);
    for (let at = first; at < last;) {
      const offset = at % this.samples.length;
      const length = Math.min(last - at, this.samples.length - offset);
      out.set(this.samples.subarray(offset, offset + length), at - from);
      at += length;
    }
    return out;
  }

  private skipTo(atSample: number): void {
    const missing = atSample - this.endSample;
    if (missing >= this.samples.length) {
      this.samples.fill(0);
      this.endSample = atSample;
      this.startSample = atSample;
    } else {
      this.write(new Float32Array(missing));
    }
  }

  private write(block: Float32Array): void {
    const offset = this.endSample % this.samples.length;
    const head = Math.min(block.length, this.samples.length - offset);
    this.samples.set(block.subarray(0, head), offset);
    this.samples.set(block.subarray(head), 0);
    this.endSample += block.length;
    this.startSample = Math.max(this.startSample, this.endSample - this.samples.length);
  }
}
