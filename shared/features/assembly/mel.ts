/**
 * AssemblyScript: compiled to WebAssembly by `npm run wasm`. Computes the log-mel values of four frames at a time, in
 * two vectors of two doubles: the weighted sum of the power in each band, and its logarithm. Every frame's numbers come
 * from the same operations in the same order as without vectors.
 *
 * mel-kernel.ts fills the tables and says where everything lies.
 */

// Coefficients of the logarithm of fdlibm (e_log.c), which V8's Math.log uses too. It is computed for positive normal
// numbers only.
const LN2_HIGH: f64 = 6.9314718036912381649e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
const LG1: f64 = 6.66666666666673513e-1;
const LG2: f64 = 3.999999999940941908e-1;
const LG3: f64 = 2.857142874366239149e-1;
const LG4: f64 = 2.222219843214978396e-1;
const LG5: f64 = 1.818357216161805012e-1;
const LG6: f64 = 1.531383769920937332e-1;
const LG7: f64 = 1.479819860511658591e-1;
const LOG10E: f64 = 0.4342944819032518;

/** Bytes of one vector (two doubles), and of one double for each of the four frames. */
const VECTOR: usize = 16;
const FOUR: usize = 2 * VECTOR;

// `bins` and `bands` are counts and `floor` is a power; all others are byte addresses.
let bins: usize = 0;
let bands: usize = 0;
let floor: f64 = 0;
/**
 * Two lists of 32-bit numbers. `firstBins`: the byte offset in `work` of each band's first bin; `ends`: the address
 * behind each band's last weight.
 */
let firstBins: usize = 0;
let ends: usize = 0;
let weights: usize = 0;
/** For each bin, its power in each of the four frames, in double precision. */
let work: usize = 0;

export function configure(
  binsOfFrame: usize,
  bandsOfFrame: usize,
  floorOfPower: f64,
  firstBinsAt: usize,
  endsAt: usize,
  weightsAt: usize,
  workAt: usize,
): void {
  bins = binsOfFrame;
  bands = bandsOfFrame;
  floor = floorOfPower;
  firstBins = firstBinsAt;
  ends = endsAt;
  weights = weightsAt;
  work = workAt;
}

/** Reads and writes 32-bit floats. `a` to `d` are frame numbers from 0; the last frame may be given more than once. */
export function melOfFour(power: usize, mel: usize, a: usize, b: usize, c: usize, d: usize): void {
  const powerBytes = bins << 2;
  laySideBySide(power + a * powerBytes, power + b * powerBytes, power + c * powerBytes, power + d * powerBytes);
  const melBytes = bands << 2;
  const melA = mel + a * melBytes;
  const melB = mel + b * melBytes;
  const melC = mel + c * melBytes;
  const melD = mel + d * melBytes;
  let weight = weights;
  for (let band: usize = 0; band < melBytes; band += 4) {
    const end = load<u32>(ends + band) as usize;
    let bin = work + (load<u32>(firstBins + band) as usize);
    let sumAB = f64x2.splat(0);
    let sumCD = f64x2.splat(0);
    for (; weight < end; weight += 8) {
      const share = v128.load_splat<f64>(weight);
      sumAB = f64x2.add(sumAB, f64x2.mul(share, v128.load(bin)));
      sumCD = f64x2.add(sumCD, f64x2.mul(share, v128.load(bin, VECTOR)));
      bin += FOUR;
    }
    storeLogarithms(sumAB, melA + band, melB + band);
    storeLogarithms(sumCD, melC + band, melD + band);
  }
}

function laySideBySide(a: usize, b: usize, c: usize, d: usize): void {
  for (let bin: usize = 0, at = work, end: usize = bins << 2; bin < end; bin += 4, at += FOUR) {
    v128.store(at, f64x2.promote_low_f32x4(v128.load32_lane(b + bin, v128.load32_zero(a + bin), 1)));
    v128.store(at, f64x2.promote_low_f32x4(v128.load32_lane(d + bin, v128.load32_zero(c + bin), 1)), VECTOR);
  }
}

function storeLogarithms(sums: v128, addressA: usize, addressB: usize): void {
  const decades = f64x2.mul(logarithm(f64x2.add(sums, f64x2.splat(floor))), f64x2.splat(LOG10E));
  const floats = f32x4.demote_f64x2_zero(decades);
  v128.store_lane<f32>(addressA, floats, 0);
  v128.store_lane<f32>(addressB, floats, 1);
}

/** x is 2^k (1 + f), where 1 + f lies between the square roots of 1/2 and 2. */
function logarithm(x: v128): v128 {
  const high = i64x2.shr_u(x, 32);
  const mantissa = v128.and(high, i64x2.splat(0xfffff));
  const carry = v128.and(i64x2.add(mantissa, i64x2.splat(0x95f64)), i64x2.splat(0x100000));
  const exponent = i64x2.shl(v128.xor(carry, i64x2.splat(0x3ff00000)), 32);
  const f = f64x2.sub(v128.or(v128.and(x, i64x2.splat(0xfffffffffffff)), exponent), f64x2.splat(1));
  const whole = i64x2.sub(i64x2.add(i64x2.shr_u(high, 20), i64x2.shr_u(carry, 20)), i64x2.splat(1023));
  const k = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(whole, whole, 0, 2, 0, 2));
  const kHigh = f64x2.mul(k, f64x2.splat(LN2_HIGH));
  const kLow = f64x2.mul(k, f64x2.splat(LN2_LOW));
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = times(w, plus(LG2, times(w, plus(LG4, times(w, f64x2.splat(LG6))))));
  const odd = times(z, plus(LG1, times(w, plus(LG3, times(w, plus(LG5, times(w, f64x2.splat(LG7))))))));
  const r = f64x2.add(odd, even);
  const halfSquare = times(times(f64x2.splat(0.5), f), f);
  const usual = f64x2.sub(times(s, f64x2.sub(f, r)), kLow);
  const nearRoot = f64x2.sub(halfSquare, f64x2.add(times(s, f64x2.add(halfSquare, r)), kLow));
  const isNearRoot = v128.and(i64x2.ge_s(mantissa, i64x2.splat(0x6147a)), i64x2.le_s(mantissa, i64x2.splat(0x6b851)));
  let rest = v128.bitselect(nearRoot, usual, isNearRoot);
  const isNearPower = i64x2.lt_s(v128.and(i64x2.add(mantissa, i64x2.splat(2)), i64x2.splat(0xfffff)), i64x2.splat(3));
  if (v128.any_true(isNearPower)) {
    const third = times(f64x2.splat(0.33333333333333333), f);
    const nearPower = f64x2.sub(times(times(f, f), f64x2.sub(f64x2.splat(0.5), third)), kLow);
    rest = v128.bitselect(nearPower, rest, isNearPower);
  }
  return f64x2.sub(kHigh, f64x2.sub(rest, f));
}

function times(a: v128, b: v128): v128 {
  return f64x2.mul(a, b);
}

function plus(a: f64, b: v128): v128 {
  return f64x2.add(f64x2.splat(a), b);
}
