/**
 * AssemblyScript: compiled to WebAssembly by `npm run wasm`. Computes the amplitudes |X[0]| … |X[size / 2]| of two
 * frames at a time, in vectors of two doubles, because that costs little more than one frame.
 *
 * Even samples are taken as real parts and odd samples as imaginary parts. A complex transform of half the size (radix
 * 4, decimation in time) is followed by a last pass, which separates the two spectra. spectrum-kernel.ts fills the
 * tables and says where everything lies.
 */

/** Bytes of a vector: one number of each of the two frames. A complex number takes two vectors, the real part first. */
const VECTOR: usize = 16;
const COMPLEX: usize = 2 * VECTOR;
/**
 * Bytes of the cosine and sine of one angle (`TURN`), and of the three angles that a butterfly of a radix-4 stage needs
 * (`TURNS`).
 */
const TURN: usize = 16;
const TURNS: usize = 3 * TURN;

// All of these are byte addresses, except `half` and `firstRadix`.
let half: usize = 0;
let firstRadix: usize = 0;
let work: usize = 0;
let hann: usize = 0;
let order: usize = 0;
let stageTurns: usize = 0;
let splitTurns: usize = 0;

/** Sets where the tables for a frame size lie in the memory; spectrum-kernel.ts fills them. */
export function configure(
  halfSize: usize,
  radixOfFirstStage: usize,
  workAt: usize,
  hannAt: usize,
  orderAt: usize,
  stageTurnsAt: usize,
  splitTurnsAt: usize,
): void {
  half = halfSize;
  firstRadix = radixOfFirstStage;
  work = workAt;
  hann = hannAt;
  order = orderAt;
  stageTurns = stageTurnsAt;
  splitTurns = splitTurnsAt;
}

/** `a` and `b` are the byte addresses of two frames of floats, `outA` and `outB` those of their amplitudes. */
export function transformPair(a: usize, b: usize, outA: usize, outB: usize): void {
  if (firstRadix == 4) firstStageByFour(a, b);
  else firstStageByTwo(a, b);
  let turns = stageTurns;
  for (let quarter = firstRadix; quarter < half; quarter *= 4) {
    radix4Stage(quarter, turns);
    turns += quarter * TURNS;
  }
  separate(outA, outB);
}

/** Reads samples 2n and 2n + 1 of both frames, in the order a0, a1, b0, b1. */
function samplePairs(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_zero(a), 1);
}

/** Multiplies the even samples (real parts) or the odd samples (imaginary parts) of both frames by the window. */
function evenUnderWindow(pairs: v128, window: usize): v128 {
  return f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(pairs, pairs, 0, 2, 0, 2)), v128.load_splat<f64>(window));
}

function oddUnderWindow(pairs: v128, window: usize): v128 {
  return f64x2.mul(
    f64x2.promote_low_f32x4(v128.shuffle<f32>(pairs, pairs, 1, 3, 1, 3)),
    v128.load_splat<f64>(window, 8),
  );
}

/**
 * For each group, `order` contains the byte offset of its first sample in a frame. Its byte offset in the window is
 * twice as large, because the window consists of doubles.
 */
function firstStageByFour(a: usize, b: usize): void {
  const quarter = half / 4;
  let entry = order;
  for (let at = work, end = work + half * COMPLEX; at < end; at += 4 * COMPLEX) {
    const offset = load<u32>(entry) as usize;
    const window = hann + 2 * offset;
    entry += 4;
    const p0 = samplePairs(a + offset, b + offset);
    const p1 = samplePairs(a + offset + 8 * quarter, b + offset + 8 * quarter);
    const p2 = samplePairs(a + offset + 16 * quarter, b + offset + 16 * quarter);
    const p3 = samplePairs(a + offset + 24 * quarter, b + offset + 24 * quarter);
    storeButterfly(
      at,
      COMPLEX,
      evenUnderWindow(p0, window),
      oddUnderWindow(p0, window),
      evenUnderWindow(p1, window + 16 * quarter),
      oddUnderWindow(p1, window + 16 * quarter),
      evenUnderWindow(p2, window + 32 * quarter),
      oddUnderWindow(p2, window + 32 * quarter),
      evenUnderWindow(p3, window + 48 * quarter),
      oddUnderWindow(p3, window + 48 * quarter),
    );
  }
}

function firstStageByTwo(a: usize, b: usize): void {
  let entry = order;
  for (let at = work, end = work + half * COMPLEX; at < end; at += 2 * COMPLEX) {
    const offset = load<u32>(entry) as usize;
    const window = hann + 2 * offset;
    entry += 4;
    const p0 = samplePairs(a + offset, b + offset);
    const p1 = samplePairs(a + offset + 4 * half, b + offset + 4 * half);
    const re0 = evenUnderWindow(p0, window);
    const im0 = oddUnderWindow(p0, window);
    const re1 = evenUnderWindow(p1, window + 8 * half);
    const im1 = oddUnderWindow(p1, window + 8 * half);
    v128.store(at, f64x2.add(re0, re1));
    v128.store(at, f64x2.add(im0, im1), VECTOR);
    v128.store(at, f64x2.sub(re0, re1), COMPLEX);
    v128.store(at, f64x2.sub(im0, im1), COMPLEX + VECTOR);
  }
}

function radix4Stage(quarter: usize, turnsOfStage: usize): void {
  const stride = quarter * COMPLEX;
  for (let group = work, end = work + half * COMPLEX; group < end; group += 4 * stride) {
    let turns = turnsOfStage;
    for (let at = group, groupEnd = group + stride; at < groupEnd; at += COMPLEX) {
      const at1 = at + stride;
      const at2 = at1 + stride;
      const at3 = at2 + stride;
      storeButterfly(
        at,
        stride,
        v128.load(at),
        v128.load(at, VECTOR),
        turnedReal(at1, turns),
        turnedImaginary(at1, turns),
        turnedReal(at2, turns + TURN),
        turnedImaginary(at2, turns + TURN),
        turnedReal(at3, turns + 2 * TURN),
        turnedImaginary(at3, turns + 2 * TURN),
      );
      turns += TURNS;
    }
  }
}

/** Returns the complex number at `at`, multiplied by the twiddle factor. */
function turnedReal(at: usize, turn: usize): v128 {
  return f64x2.sub(
    f64x2.mul(v128.load(at), v128.load_splat<f64>(turn)),
    f64x2.mul(v128.load(at, VECTOR), v128.load_splat<f64>(turn, 8)),
  );
}

function turnedImaginary(at: usize, turn: usize): v128 {
  return f64x2.add(
    f64x2.mul(v128.load(at), v128.load_splat<f64>(turn, 8)),
    f64x2.mul(v128.load(at, VECTOR), v128.load_splat<f64>(turn)),
  );
}

/** Computes the transform of four complex numbers and stores the results, `stride` bytes apart. */
function storeButterfly(
  at: usize,
  stride: usize,
  re0: v128,
  im0: v128,
  re1: v128,
  im1: v128,
  re2: v128,
  im2: v128,
  re3: v128,
  im3: v128,
): void {
  const sum02re = f64x2.add(re0, re2);
  const sum02im = f64x2.add(im0, im2);
  const difference02re = f64x2.sub(re0, re2);
  const difference02im = f64x2.sub(im0, im2);
  const sum13re = f64x2.add(re1, re3);
  const sum13im = f64x2.add(im1, im3);
  const difference13re = f64x2.sub(re1, re3);
  const difference13im = f64x2.sub(im1, im3);
  v128.store(at, f64x2.add(sum02re, sum13re));
  v128.store(at, f64x2.add(sum02im, sum13im), VECTOR);
  v128.store(at + stride, f64x2.add(difference02re, difference13im));
  v128.store(at + stride, f64x2.sub(difference02im, difference13re), VECTOR);
  v128.store(at + 2 * stride, f64x2.sub(sum02re, sum13re));
  v128.store(at + 2 * stride, f64x2.sub(sum02im, sum13im), VECTOR);
  v128.store(at + 3 * stride, f64x2.sub(difference02re, difference13im));
  v128.store(at + 3 * stride, f64x2.add(difference02im, difference13re), VECTOR);
}

/**
 * Computes the bins k and half - k together from the same two numbers: the spectra of the even and of the odd samples.
 * The spectrum of the odd samples is multiplied by its twiddle factor.
 */
function separate(outA: usize, outB: usize): void {
  const re0 = v128.load(work);
  const im0 = v128.load(work, VECTOR);
  storeFloats(f64x2.abs(f64x2.add(re0, im0)), outA, outB);
  storeFloats(f64x2.abs(f64x2.sub(re0, im0)), outA + 4 * half, outB + 4 * half);
  let low = work + COMPLEX;
  let high = work + (half - 1) * COMPLEX;
  let turn = splitTurns + TURN;
  for (let bin: usize = 4, end: usize = 4 * (half / 2 + 1); bin < end; bin += 4) {
    const lowRe = v128.load(low);
    const lowIm = v128.load(low, VECTOR);
    const highRe = v128.load(high);
    const highIm = v128.load(high, VECTOR);
    const cosine = v128.load_splat<f64>(turn);
    const sine = v128.load_splat<f64>(turn, 8);
    const evenRe = f64x2.add(lowRe, highRe);
    const evenIm = f64x2.sub(lowIm, highIm);
    const oddRe = f64x2.add(lowIm, highIm);
    const oddIm = f64x2.sub(highRe, lowRe);
    const turnedRe = f64x2.add(f64x2.mul(cosine, oddRe), f64x2.mul(sine, oddIm));
    const turnedIm = f64x2.sub(f64x2.mul(cosine, oddIm), f64x2.mul(sine, oddRe));
    storeFloats(halfAmplitude(f64x2.add(evenRe, turnedRe), f64x2.add(evenIm, turnedIm)), outA + bin, outB + bin);
    storeFloats(
      halfAmplitude(f64x2.sub(evenRe, turnedRe), f64x2.sub(evenIm, turnedIm)),
      outA + 4 * half - bin,
      outB + 4 * half - bin,
    );
    low += COMPLEX;
    high -= COMPLEX;
    turn += TURN;
  }
}

/** The sums above are twice the bins, so divide by 2. */
function halfAmplitude(re: v128, im: v128): v128 {
  return f64x2.mul(f64x2.sqrt(f64x2.add(f64x2.mul(re, re), f64x2.mul(im, im))), f64x2.splat(0.5));
}

function storeFloats(doubles: v128, addressA: usize, addressB: usize): void {
  const floats = f32x4.demote_f64x2_zero(doubles);
  v128.store_lane<f32>(addressA, floats, 0);
  v128.store_lane<f32>(addressB, floats, 1);
}
