import { instantiate, MemoryLayout } from '../wasm/instance.ts';
import type { FrontEnd } from './front-end.ts';
import { melBankOf } from './mel-bank.ts';
import { MEL_WASM } from './mel-wasm.ts';
import { MOST_FRAMES } from './spectrum-kernel.ts';

/**
 * What assembly/mel.ts exports. `a` to `d` are frame numbers, `bins` and `bands` are counts, and `floor` is a power;
 * all others are byte addresses.
 */
interface Exports {
  configure: (
    bins: number,
    bands: number,
    floor: number,
    firstBins: number,
    ends: number,
    weights: number,
    work: number,
  ) => void;
  melOfFour: (power: number, mel: number, a: number, b: number, c: number, d: number) => void;
}

/** Bytes of one bin of `work`: its power in four frames, in double precision. */
const FOUR = 32;

/**
 * Computes the log-mel values of frames, in WebAssembly (assembly/mel.ts): log10(mean power of the band + floor). It
 * keeps nothing between calls, so all streams with the same front end share one kernel.
 */
export class MelKernel {
  /** The power spectrum of each frame that the last call got. */
  readonly powerOfFrame: readonly Float32Array[];
  private readonly power: Float32Array;
  private readonly mel: Float32Array;
  private readonly bands: number;
  private readonly melOfFour: Exports['melOfFour'];

  constructor(frontEnd: FrontEnd) {
    const { fftSize, melBands: bands, floor } = frontEnd;
    const bins = fftSize / 2 + 1;
    const { firstBin, weights } = melBankOf(frontEnd);
    const allWeights = weights.flat();
    const memory = new MemoryLayout();
    const [firstBins, ends] = [memory.take(4 * bands), memory.take(4 * bands)];
    const weightsAt = memory.take(8 * allWeights.length);
    const work = memory.take(FOUR * bins);
    const power = memory.take(4 * MOST_FRAMES * bins);
    const mel = memory.take(4 * MOST_FRAMES * bands);
    const { exports, buffer } = instantiate<Exports>(MEL_WASM, memory.end);
    exports.configure(bins, bands, floor, firstBins, ends, weightsAt, work);
    let end = weightsAt;
    const endOfEach = weights.map(({ length }) => (end += 8 * length));
    new Int32Array(buffer, firstBins, bands).set(firstBin.map((bin) => FOUR * bin));
    new Int32Array(buffer, ends, bands).set(endOfEach);
    new Float64Array(buffer, weightsAt, allWeights.length).set(allWeights);
    this.power = new Float32Array(buffer, power, MOST_FRAMES * bins);
    this.powerOfFrame = framesOf(this.power, bins);
    this.mel = new Float32Array(buffer, mel, MOST_FRAMES * bands);
    this.bands = bands;
    this.melOfFour = exports.melOfFour;
  }

  /**
   * `power` contains the power spectra of up to 32 frames, one after the other. Writes their log-mel values into `out`.
   */
  run(power: Float32Array, frames: number, out: Float32Array): void {
    this.power.set(power);
    const last = frames - 1;
    for (let a = 0; a <= last; a += 4) {
      const [b, c, d] = [Math.min(a + 1, last), Math.min(a + 2, last), Math.min(a + 3, last)];
      this.melOfFour(this.power.byteOffset, this.mel.byteOffset, a, b, c, d);
    }
    out.set(this.mel.subarray(0, frames * this.bands));
  }
}

/** A view of each frame, made in advance because making a view takes as long as computing one band. */
export const framesOf = (values: Float32Array, length: number): readonly Float32Array[] =>
  Array.from({ length: MOST_FRAMES }, (_, frame) => values.subarray(frame * length, (frame + 1) * length));

const kernels = new Map<string, MelKernel>();

export function melKernelOf(frontEnd: FrontEnd): MelKernel {
  const { sampleRate, fftSize, melBands, lowHz, highHz, floor } = frontEnd;
  const key = [sampleRate, fftSize, melBands, lowHz, highHz, floor].join();
  const kernel = kernels.get(key) ?? new MelKernel(frontEnd);
  kernels.set(key, kernel);
  return kernel;
}
