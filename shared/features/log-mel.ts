import { requireFinite } from '../audio/finite.ts';
import { EarshotError } from '../errors.ts';
import { type FrontEnd } from './front-end.ts';
import { framesOf, melKernelOf, type MelKernel } from './mel-kernel.ts';
import { Meyda } from './meyda.ts';
import { kernelOf, MOST_FRAMES, type SpectrumKernel } from './spectrum-kernel.ts';

export { DEVICE_FRONT_END, type FrontEnd } from './front-end.ts';

/**
 * `mel` and `power` are reused for the next frame: copy what you keep. `atSample` is the number of the frame's first
 * sample.
 */
export type OnFrame = (mel: Float32Array, power: Float32Array, atSample: number) => void;

/**
 * Turns samples into log-mel frames. Live detection, replay and training all use it. Frame k covers samples [k * hop, k
 * * hop + fft) and nothing else, so the chunk sizes do not change the frames.
 */
export class LogMel {
  private readonly frontEnd: FrontEnd;
  private readonly kernel: SpectrumKernel;
  private readonly melKernel: MelKernel;
  private readonly bins: number;
  /** The first `filled` samples of the next frame. They came with earlier calls. */
  private readonly begun: Float32Array;
  private filled = 0;
  /** The number of the sample at which the next frame begins. */
  private atSample = 0;
  /** The log-mel values of a block of frames, and views of each of these frames. */
  private readonly mels: Float32Array;
  private readonly melOfFrame: readonly Float32Array[];

  constructor(frontEnd: FrontEnd) {
    const { fftSize, hopSize, melBands } = frontEnd;
    if (fftSize < 32 || (fftSize & (fftSize - 1)) !== 0) {
      throw new EarshotError('SETTING_INVALID', `fftSize ${fftSize} is not a power of two that is at least 32.`);
    }
    if (!Number.isInteger(hopSize) || hopSize < 1 || hopSize > fftSize) {
      throw new EarshotError('SETTING_INVALID', `hopSize ${hopSize} is not between 1 and fftSize ${fftSize}.`);
    }
    this.frontEnd = frontEnd;
    this.kernel = kernelOf(fftSize);
    this.melKernel = melKernelOf(frontEnd);
    this.bins = fftSize / 2 + 1;
    this.begun = new Float32Array(fftSize);
    this.mels = new Float32Array(MOST_FRAMES * melBands);
    this.melOfFrame = framesOf(this.mels, melBands);
  }

  /** Takes any number of samples. If one is not finite, refuses them all and leaves its state unchanged. */
  push(samples: Float32Array, onFrame: OnFrame): void {
    requireFinite(samples);
    const { powerOfFrame } = this.melKernel;
    const { fftSize, hopSize } = this.frontEnd;
    // The position in `samples` at which the next frame begins; negative when it begins in samples that were kept from
    // earlier calls.
    let start = -this.filled;
    while (start + fftSize <= samples.length) {
      const frames = Math.min(MOST_FRAMES, 1 + Math.floor((samples.length - start - fftSize) / hopSize));
      this.lay(samples, start, (frames - 1) * hopSize + fftSize);
      this.kernel.run(frames, hopSize);
      this.melKernel.run(this.squared(frames), frames, this.mels);
      for (let frame = 0; frame < frames; frame++) {
        const [mel, power] = [this.melOfFrame[frame], powerOfFrame[frame]] as [Float32Array, Float32Array];
        onFrame(mel, power, this.atSample + frame * hopSize);
      }
      start += frames * hopSize;
      this.atSample += frames * hopSize;
    }
    this.keep(samples, start);
  }

  /** Drops the samples of the unfinished frame. The next sample gets the number `atSample`. */
  reset(atSample = 0): void {
    this.filled = 0;
    this.atSample = atSample;
  }

  /**
   * Copies `length` samples, from `start` on, to the kernel's input. `start` is negative when the first of these
   * samples came with earlier calls.
   */
  private lay(samples: Float32Array, start: number, length: number): void {
    const { input } = this.kernel;
    const kept = Math.max(0, -start);
    if (kept > 0) input.set(this.begun.subarray(this.filled - kept, this.filled));
    input.set(samples.subarray(start + kept, start + length), kept);
  }

  /**
   * Uses Meyda's public, stateless extractor, which gives the same numbers as Meyda.extract('powerSpectrum') at a tenth
   * of its cost. Meyda makes a new array for each answer, so it gets a block of frames at a time.
   */
  private squared(frames: number): Float32Array {
    return Meyda.featureExtractors.powerSpectrum({
      ampSpectrum: this.kernel.amplitudes.subarray(0, frames * this.bins),
    });
  }

  /**
   * Keeps the samples that the next frame needs, from `start` on. `start` is negative when the next frame also needs
   * samples of earlier calls.
   */
  private keep(samples: Float32Array, start: number): void {
    const { begun } = this;
    const kept = Math.max(0, -start);
    if (kept > 0) begun.copyWithin(0, this.filled - kept, this.filled);
    begun.set(samples.subarray(start + kept), kept);
    this.filled = samples.length - start;
  }
}
