import { instantiate, MemoryLayout } from '../wasm/instance.ts';
import { SPECTRUM_WASM } from './spectrum-wasm.ts';

/**
 * The most frames that one call of `run` can transform. Between two calls the memory may be used for another
 * microphone.
 */
export const MOST_FRAMES = 32;
/** Bytes of one SIMD vector: two doubles, one for each of two frames. */
const VECTOR = 16;

/**
 * What assembly/spectrum.ts exports. `half` is a number of samples and `firstRadix` a radix; all others are byte
 * addresses.
 */
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
 * Computes the amplitudes |X[0]| … |X[size / 2]| of frames under Meyda's Hann window, in WebAssembly: 1 us per frame,
 * where fft.js takes 2.8 us. It computes in double precision and rounds once at the end, as fft.js under Meyda's window
 * does. The algorithm is in assembly/spectrum.ts. `run` is synchronous and keeps nothing between calls, so all streams
 * with the same size share one kernel.
 */
export class SpectrumKernel {
  /** The input of `run`: up to 32 frames, which begin `hop` samples apart. */
  readonly input: Float32Array;
  /** The output of `run`: size / 2 + 1 amplitudes per frame. */
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

  /** Transforms `frames` frames, which begin `hop` samples apart in `input`. */
  run(frames: number, hop: number): void {
    const { input, amplitudes } = this.layout;
    const [inputStep, amplitudesStep] = [4 * hop, 4 * this.bins];
    for (let frame = 0; frame < frames; frame += 2) {
      // With an odd number of frames, the last frame is paired with itself.
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

/** Where everything lies in the module's memory: byte addresses. */
interface Layout {
  size: number;
  half: number;
  /** The radix of the first stage, which reads the samples. All other stages have radix 4. */
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

/** For each radix-4 stage, yields a quarter of its group size. */
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
  // Meyda's "hanning" window, which is symmetric (size - 1), in single precision as in Meyda.
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
 * Byte offsets in a frame at which the first stage's groups begin, in digit-reversed order. A complex number consists
 * of two samples.
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
