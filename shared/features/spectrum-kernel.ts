import {
  abs,
  add,
  both,
  get,
  instantiate,
  int,
  load,
  loadBoth,
  loadInt,
  loadPairs,
  minus,
  moduleOf,
  mul,
  plus,
  reorder,
  set,
  sqrt,
  step,
  store,
  storeFloat,
  sub,
  toDoubles,
  toFloats,
  until,
  type Code,
} from './wasm-module.ts';

/** Frames that are transformed in one go; what lies between them may be another microphone's. */
export const MOST_FRAMES = 32;
/** Two doubles: one number of two frames side by side. */
const VECTOR = 16;

/**
 * Amplitudes |X[0]| … |X[size / 2]| of frames under Meyda's Hann window, two frames side by side in WebAssembly's SIMD: 1 us a frame
 * where fft.js takes 2.8. In double precision and rounded once, at the end, as fft.js under Meyda's window does it.
 *
 * Even samples are taken as real and odd ones as imaginary parts: a complex transform of half the size (radix 4), and a pass that tells the
 * two apart. Synchronous and without memory of its own from call to call, so one kernel of a size serves all.
 */
export class SpectrumKernel {
  /** Up to 32 frames begin in here, `hop` samples apart. */
  readonly input: Float32Array;
  /** What `run` wrote: size / 2 + 1 amplitudes a frame. */
  readonly amplitudes: Float32Array;
  private readonly bins: number;
  private readonly layout: Layout;
  /** Byte addresses of two frames, and of where their amplitudes go. */
  private readonly pair: (a: number, b: number, outA: number, outB: number) => void;

  constructor(size: number) {
    const layout = layoutOf(size);
    const { run, buffer } = instantiate(pairOfFrames(layout), layout.end);
    this.layout = layout;
    this.bins = size / 2 + 1;
    this.input = new Float32Array(buffer, layout.input, MOST_FRAMES * size);
    this.amplitudes = new Float32Array(buffer, layout.amplitudes, MOST_FRAMES * this.bins);
    fillTables(buffer, layout);
    this.pair = run;
  }

  /** Frames that begin `hop` samples apart in `input`. */
  run(frames: number, hop: number): void {
    const { input, amplitudes } = this.layout;
    for (let frame = 0; frame < frames; frame += 2) {
      // An odd one is its own neighbour.
      const other = Math.min(frame + 1, frames - 1);
      const [inStep, outStep] = [4 * hop, 4 * this.bins];
      this.pair(
        input + frame * inStep,
        input + other * inStep,
        amplitudes + frame * outStep,
        amplitudes + other * outStep,
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

interface Layout {
  size: number;
  half: number;
  /** Of the first stage, that takes the samples in; the rest is radix 4. */
  firstRadix: 2 | 4;
  /** In bytes. */
  work: number;
  window: number;
  order: number;
  /** One table a stage: three turns for each of `quarter` places. */
  stages: { quarter: number; turns: number }[];
  split: number;
  input: number;
  amplitudes: number;
  end: number;
}

function layoutOf(size: number): Layout {
  const half = size / 2;
  const firstRadix = Math.log2(half) % 2 === 0 ? 4 : 2;
  let end = 0;
  const take = (bytes: number) => (end += Math.ceil(bytes / VECTOR) * VECTOR) - Math.ceil(bytes / VECTOR) * VECTOR;
  const work = take(half * 2 * VECTOR);
  const window = take(8 * size);
  const order = take((4 * half) / firstRadix);
  const stages: Layout['stages'] = [];
  for (let quarter: number = firstRadix; quarter < half; quarter *= 4)
    stages.push({ quarter, turns: take(48 * quarter) });
  const split = take(16 * (half / 2 + 1));
  const input = take(4 * MOST_FRAMES * size);
  const amplitudes = take(4 * MOST_FRAMES * (half + 1));
  return { size, half, firstRadix, work, window, order, stages, split, input, amplitudes, end };
}

function fillTables(buffer: ArrayBuffer, { size, half, firstRadix, window, order, stages, split }: Layout): void {
  // Meyda's "hanning", which is symmetric (size - 1), in single precision as Meyda keeps it.
  const hann = new Float64Array(buffer, window, size);
  for (let i = 0; i < size; i++) hann[i] = Math.fround(0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (size - 1)));
  new Int32Array(buffer, order, half / firstRadix).set(firstOfEach(half, firstRadix));
  for (const { quarter, turns } of stages) {
    const table = new Float64Array(buffer, turns, 6 * quarter);
    for (let place = 0; place < quarter; place++) {
      for (let k = 1; k <= 3; k++) {
        const angle = (-2 * Math.PI * place * k) / (4 * quarter);
        table.set([Math.cos(angle), Math.sin(angle)], 6 * place + 2 * (k - 1));
      }
    }
  }
  const turns = new Float64Array(buffer, split, half + 2);
  for (let k = 0; k <= half / 2; k++) {
    const angle = (2 * Math.PI * k) / size;
    turns.set([Math.cos(angle), Math.sin(angle)], 2 * k);
  }
}

/** Where in a frame the first stage's groups begin, digits reversed; in bytes, a complex number being two samples. */
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

/** run(a, b, outA, outB): byte addresses of two frames and of where their amplitudes go. */
function pairOfFrames(layout: Layout): Uint8Array<ArrayBuffer> {
  const { stages, work, half } = layout;
  const load4 = layout.firstRadix === 4 ? takeInByFour(layout) : takeInByTwo(layout);
  const rest = stages.flatMap(({ quarter, turns }) => radix4(work, half, quarter, turns));
  return moduleOf(4, { ints: 4, vectors: 18 }, [...load4, ...rest, ...tellApart(layout)]);
}

const [A, B, OUT_A, OUT_B] = [0, 1, 2, 3] as const;
/** Integers, each stage's own. */
const [I, J, K, END] = [4, 5, 6, 7] as const;
const FIRST_VECTOR = 8;
/** Complex numbers of both frames, as pairs of locals. */
interface Complex {
  re: number;
  im: number;
}
const complexes: Complex[] = Array.from({ length: 9 }, (_, n) => ({
  re: FIRST_VECTOR + 2 * n,
  im: FIRST_VECTOR + 2 * n + 1,
}));
const [x0, x1, x2, x3, s0, s1, s2, s3, turn] = complexes as [
  Complex,
  Complex,
  Complex,
  Complex,
  Complex,
  Complex,
  Complex,
  Complex,
  Complex,
];

const sum = (to: Complex, a: Complex, b: Complex): Code => [
  ...set(to.re, add(get(a.re), get(b.re))),
  ...set(to.im, add(get(a.im), get(b.im))),
];
const difference = (to: Complex, a: Complex, b: Complex): Code => [
  ...set(to.re, sub(get(a.re), get(b.re))),
  ...set(to.im, sub(get(a.im), get(b.im))),
];
const loadComplex = (to: Complex, address: number, offset: number): Code => [
  ...set(to.re, load(get(address), offset)),
  ...set(to.im, load(get(address), offset + VECTOR)),
];
const storeComplex = (address: number, offset: number, re: Code, im: Code): Code => [
  ...store(get(address), re, offset),
  ...store(get(address), im, offset + VECTOR),
];

/** Sample 2n as real, 2n + 1 as imaginary part, times the window; J: bytes of 2n in a frame, K: the window's place there. */
const takeIn = (to: Complex, window: number, complexOffset: number): Code => [
  ...set(turn.re, loadPairs(plus(get(A), get(J)), plus(get(B), get(J)), 8 * complexOffset)),
  ...set(to.re, mul(toDoubles(reorder(turn.re, [0, 2, 0, 2])), loadBoth(get(K), window + 16 * complexOffset))),
  ...set(to.im, mul(toDoubles(reorder(turn.re, [1, 3, 1, 3])), loadBoth(get(K), window + 16 * complexOffset + 8))),
];

/** Sets J and K for the group whose first number stands at END, and moves END on. */
const nextGroup: Code = [...set(J, loadInt(get(END))), ...set(K, plus(get(J), get(J))), ...step(END, 4)];

function takeInByFour({ work, window, order, half }: Layout): Code[] {
  const quarter = half / 4;
  return [
    set(I, int(work)),
    set(END, int(order)),
    until(I, int(work + half * 2 * VECTOR), [
      nextGroup,
      ...[x0, x1, x2, x3].map((x, n) => takeIn(x, window, n * quarter)),
      butterfly4(),
      storeButterfly(2 * VECTOR),
      step(I, 8 * VECTOR),
    ]),
  ];
}

function takeInByTwo({ work, window, order, half }: Layout): Code[] {
  return [
    set(I, int(work)),
    set(END, int(order)),
    until(I, int(work + half * 2 * VECTOR), [
      nextGroup,
      takeIn(x0, window, 0),
      takeIn(x1, window, half / 2),
      sum(s0, x0, x1),
      difference(s1, x0, x1),
      storeComplex(I, 0, get(s0.re), get(s0.im)),
      storeComplex(I, 2 * VECTOR, get(s1.re), get(s1.im)),
      step(I, 4 * VECTOR),
    ]),
  ];
}

const butterfly4 = (): Code => [
  ...sum(s0, x0, x2),
  ...difference(s1, x0, x2),
  ...sum(s2, x1, x3),
  ...difference(s3, x1, x3),
];

/** The four results, `stride` bytes apart from I on. */
const storeButterfly = (stride: number): Code => [
  ...storeComplex(I, 0, add(get(s0.re), get(s2.re)), add(get(s0.im), get(s2.im))),
  ...storeComplex(I, stride, add(get(s1.re), get(s3.im)), sub(get(s1.im), get(s3.re))),
  ...storeComplex(I, 2 * stride, sub(get(s0.re), get(s2.re)), sub(get(s0.im), get(s2.im))),
  ...storeComplex(I, 3 * stride, sub(get(s1.re), get(s3.im)), add(get(s1.im), get(s3.re))),
];

/** Number n of the group, turned by its place's n-th turn. */
const turned = (to: Complex, n: number, stride: number): Code => [
  ...loadComplex(s0, I, n * stride),
  ...set(turn.re, loadBoth(get(J), 16 * (n - 1))),
  ...set(turn.im, loadBoth(get(J), 16 * (n - 1) + 8)),
  ...set(to.re, sub(mul(get(s0.re), get(turn.re)), mul(get(s0.im), get(turn.im)))),
  ...set(to.im, add(mul(get(s0.re), get(turn.im)), mul(get(s0.im), get(turn.re)))),
];

function radix4(work: number, half: number, quarter: number, turns: number): Code[] {
  const stride = quarter * 2 * VECTOR;
  return [
    set(I, int(work)),
    until(I, int(work + half * 2 * VECTOR), [
      set(J, int(turns)),
      set(END, plus(get(I), int(stride))),
      until(I, get(END), [
        loadComplex(x0, I, 0),
        turned(x1, 1, stride),
        turned(x2, 2, stride),
        turned(x3, 3, stride),
        butterfly4(),
        storeButterfly(stride),
        step(I, 2 * VECTOR),
        step(J, 48),
      ]),
      step(I, 3 * stride),
    ]),
  ];
}

const amplitude = ({ re, im }: Complex): Code => sqrt(add(mul(get(re), get(re)), mul(get(im), get(im))));

/** What was summed came doubled. */
const halfOf = (value: Code): Code => mul(value, both(0.5));

/** Both frames' amplitude, at byte `at` of their output. */
const tell = (value: Code, at: Code): Code => [
  ...set(turn.re, toFloats(value)),
  ...storeFloat(plus(get(OUT_A), at), get(turn.re), 0),
  ...storeFloat(plus(get(OUT_B), at), get(turn.re), 1),
];

/** Bins k and half - k come from the same two numbers: spectra of the even and of the odd samples, the odd one turned. */
function tellApart({ work, half, split }: Layout): Code[] {
  return [
    set(I, int(work)),
    loadComplex(x0, I, 0),
    tell(abs(add(get(x0.re), get(x0.im))), int(0)),
    tell(abs(sub(get(x0.re), get(x0.im))), int(4 * half)),
    // I: the numbers from 1 up, J: those from half - 1 down, K: turns, END: bytes of bin k.
    set(I, int(work + 2 * VECTOR)),
    set(J, int(work + (half - 1) * 2 * VECTOR)),
    set(K, int(split + 16)),
    set(END, int(4)),
    until(END, int(4 * (half / 2 + 1)), [
      loadComplex(x0, I, 0),
      loadComplex(x1, J, 0),
      set(s0.re, add(get(x0.re), get(x1.re))),
      set(s0.im, sub(get(x0.im), get(x1.im))),
      set(s1.re, add(get(x0.im), get(x1.im))),
      set(s1.im, sub(get(x1.re), get(x0.re))),
      set(turn.re, loadBoth(get(K), 0)),
      set(turn.im, loadBoth(get(K), 8)),
      set(s2.re, add(mul(get(turn.re), get(s1.re)), mul(get(turn.im), get(s1.im)))),
      set(s2.im, sub(mul(get(turn.re), get(s1.im)), mul(get(turn.im), get(s1.re)))),
      sum(x2, s0, s2),
      difference(x3, s0, s2),
      tell(halfOf(amplitude(x2)), get(END)),
      tell(halfOf(amplitude(x3)), minus(int(4 * half), get(END))),
      step(I, 2 * VECTOR),
      step(J, -2 * VECTOR),
      step(K, 16),
      step(END, 4),
    ]),
  ];
}
