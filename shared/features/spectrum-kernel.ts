import { instantiate, MemoryLayout } from '../wasm/instance.ts';
import { SPECTRUM_WASM } from './spectrum-wasm.ts';

/**
 * Number of frames that one call of `run` can transform. Between two calls the memory may be used for another
 * microphone.
 */
export const MOST_FRAMES = 32;
/** Bytes of one SIMD vector: two doubles, the same value for each of two frames. */
const VECTOR = 16;

/** What assembly/spectrum.ts exports. All numbers are byte addresses except `half` and `firstRadix`. */
interface Exports {
  configure: (
    half: number,
    firstRadix: number,
    work: number,
    hann: number,
    order: number,
    stageTurns: number,
    splitTurns: number,
  ) => void;
  transformPair: (frameA: number, frameB: number, amplitudesA: number, amplitudesB: number) => void;
}

/**
 * Amplitudes |X[0]| … |X[size / 2]| of frames under Meyda's Hann window, in WebAssembly: 1 us a frame, where fft.js
 * takes 2.8. They are computed in double precision and rounded once, at the end, as fft.js under Meyda's window does.
 * The algorithm is in assembly/spectrum.ts. `run` is synchronous and keeps nothing between calls, so all streams with
 * the same size share one kernel.
 */
export class SpectrumKernel {
  /** Up to 32 frames begin in here, `hop` samples apart. */
  readonly input: Float32Array;
  /** What `run` wrote: size / 2 + 1 amplitudes a frame. */
  readonly amplitudes: Float32Array;
  private readonly bins: number;
  private readonly layout: Layout;
  private readonly transformPair: Exports['transformPair'];

  constructor(size: number) {
    const layout = layoutOf(size);
    const { exports, buffer } = instantiate<Exports>(SPECTRUM_WASM, layout.end);
    const { half, firstRadix, work, hann, order, stageTurns, splitTurns } = layout;
    exports.configure(half, firstRadix, work, hann, order, stageTurns, splitTurns);
    fillTables(buffer, layout);
    this.layout = layout;
    this.bins = half + 1;
    this.input = new Float32Array(buffer, layout.input, MOST_FRAMES * size);
    this.amplitudes = new Float32Array(buffer, layout.amplitudes, MOST_FRAMES * this.bins);
    this.transformPair = exports.transformPair;
  }

  /** Frames that begin `hop` samples apart in `input`. */
  run(frames: number, hop: number): void {
    const { input, amplitudes } = this.layout;
    const [inputStep, amplitudesStep] = [4 * hop, 4 * this.bins];
    for (let frame = 0; frame < frames; frame += 2) {
      // The last of an odd number of frames is paired with itself.
      const other = Math.min(frame + 1, frames - 1);
      this.transformPair(
        input + frame * inputStep,
        input + other * inputStep,
        amplitudes + frame * amplitudesStep,
        amplitudes + other * amplitudesStep,
      );
    }
  }
}

const kernels = new Map<number, SpectrumKernel>();

export function kernelOf(size: number): SpectrumKernel {
  const kernel = kernels.get(size) ?? new SpectrumKernel(size);
  kernels.set(size, kernel);
  return kernel;
}

/** Where everything lies in the module's memory, in bytes. */
interface Layout {
  size: number;
  half: number;
  /** Radix of the first stage, which reads the samples; all other stages have radix 4. */
  firstRadix: 2 | 4;
  work: number;
  hann: number;
  order: number;
  /** The twiddle factors of all stages, one table after the other, three factors for each butterfly. */
  stageTurns: number;
  splitTurns: number;
  input: number;
  amplitudes: number;
  end: number;
}

/** Yields a quarter of the group size of each radix-4 stage. */
function* quartersOf(half: number, firstRadix: number): Generator<number> {
  for (let quarter = firstRadix; quarter < half; quarter *= 4) yield quarter;
}

function layoutOf(size: number): Layout {
  const half = size / 2;
  const firstRadix = Math.log2(half) % 2 === 0 ? 4 : 2;
  const places = [...quartersOf(half, firstRadix)].reduce((sum, quarter) => sum + quarter, 0);
  const memory = new MemoryLayout();
  const work = memory.take(half * 2 * VECTOR);
  const hann = memory.take(8 * size);
  const order = memory.take((4 * half) / firstRadix);
  const stageTurns = memory.take(48 * places);
  const splitTurns = memory.take(16 * (half / 2 + 1));
  const input = memory.take(4 * MOST_FRAMES * size);
  const amplitudes = memory.take(4 * MOST_FRAMES * (half + 1));
  return { size, half, firstRadix, work, hann, order, stageTurns, splitTurns, input, amplitudes, end: memory.end };
}

function fillTables(buffer: ArrayBuffer, layout: Layout): void {
  const { size, half, firstRadix, hann, order, stageTurns, splitTurns } = layout;
  // Meyda's "hanning", which is symmetric (size - 1), in single precision as Meyda keeps it.
  const window = Float64Array.from({ length: size }, (_, i) =>
    Math.fround(0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (size - 1))),
  );
  new Float64Array(buffer, hann, size).set(window);
  new Int32Array(buffer, order, half / firstRadix).set(firstOfEach(half, firstRadix));
  const stages = [...quartersOf(half, firstRadix)].flatMap((quarter) =>
    Array.from({ length: 3 * quarter }, (_, at) => {
      const [place, k] = [Math.floor(at / 3), 1 + (at % 3)];
      return turn((-2 * Math.PI * place * k) / (4 * quarter));
    }).flat(),
  );
  new Float64Array(buffer, stageTurns, stages.length).set(stages);
  const split = Array.from({ length: half / 2 + 1 }, (_, k) => turn((2 * Math.PI * k) / size)).flat();
  new Float64Array(buffer, splitTurns, split.length).set(split);
}

const turn = (angle: number): [number, number] => [Math.cos(angle), Math.sin(angle)];

/**
 * Where in a frame the first stage's groups begin, in digit-reversed order, as byte offsets; a complex number is two
 * samples.
 */
function firstOfEach(half: number, firstRadix: number): number[] {
  const groups = half / firstRadix;
  return Array.from({ length: groups }, (_, group) => {
    let [reversed, rest] = [0, group];
    for (let left = groups; left > 1; left /= 4) {
      reversed = reversed * 4 + (rest % 4);
      rest = Math.floor(rest / 4);
    }
    return 8 * reversed;
  });
}
