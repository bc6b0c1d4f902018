/**
 * AssemblyScript: compiled to WebAssembly by `npm run wasm`. Keeps the running sums of the levels of all frequency
 * bands, and finds the groups of beeps that end in each band. It computes two bands at a time, in vectors of two
 * doubles, with the same operations in the same order as without vectors.
 *
 * band-kernel.ts says what lies where in the memory.
 */

/** Bytes of a vector, which holds one number for each of two neighbouring bands. */
const VECTOR: usize = 16;

/** Frames with a level above this do not count as silence: half of the range of levels. */
const SILENT_LEVEL: f64 = 0.75;
/** Compute no correlation when the last beep is not louder than the silence after it by at least this. */
const LEAST_DROP_DECADES: f64 = 0.15;
/**
 * Ignore groups with a lower fit (correlation with the template). Speech and music often reach this value once, but not
 * twice in the standard's cycle.
 */
const LEAST_GROUP_FIT: f64 = 0.52;
/** A little below the square of LEAST_GROUP_FIT, so that rounding hides no group. */
const LEAST_SQUARED_FIT: f64 = 0.27;

/**
 * A pace is a group's template at one tempo. These are the byte offsets of its fields, as band-kernel.ts writes them:
 * five doubles, then the whole numbers `from` and the edges.
 */
const FRAMES: usize = 0;
const ON: usize = 8;
const SPREAD: usize = 16;
const LEAST_SPREAD: usize = 24;
const STEP: usize = 32;
const FROM: usize = 40;
const EDGES: usize = 44;

// All of these are byte addresses, except `mask`, the numbers of bands, and the sizes `rowBytes` and `bandBytes`.
let mask: i32 = 0;
let rowBytes: usize = 0;
let bandBytes: usize = 0;
let mel: usize = 0;
let narrowBands: i32 = 0;
let wideBands: i32 = 0;
let halfWide: i32 = 0;
let values: usize = 0;
let peaks: usize = 0;
let now: usize = 0;
let sums: usize = 0;
let squares: usize = 0;
let fits: usize = 0;
let steps: usize = 0;
/**
 * `candidates`: a list of the bands in which a group may have ended, as byte offsets in a row. `rows`: for each edge of
 * a pace, the row of running sums at that frame.
 */
let candidates: usize = 0;
let rows: usize = 0;

export function configure(
  frames: i32,
  bytesOfRow: usize,
  bytesOfBands: usize,
  narrow: i32,
  wide: i32,
  half: i32,
  melAt: usize,
  valuesAt: usize,
  peaksAt: usize,
  nowAt: usize,
  sumsAt: usize,
  squaresAt: usize,
  fitsAt: usize,
  stepsAt: usize,
  candidatesAt: usize,
  rowsAt: usize,
): void {
  mask = frames - 1;
  rowBytes = bytesOfRow;
  bandBytes = bytesOfBands;
  narrowBands = narrow;
  wideBands = wide;
  halfWide = half;
  mel = melAt;
  values = valuesAt;
  peaks = peaksAt;
  now = nowAt;
  sums = sumsAt;
  squares = squaresAt;
  fits = fitsAt;
  steps = stepsAt;
  candidates = candidatesAt;
  rows = rowsAt;
}

/** Byte offset of the row of a frame's running sums. */
function rowOf(frame: i32): usize {
  return ((frame & mask) as usize) * rowBytes;
}

/**
 * Adds the frame whose log-mel values are at `mel`. `falls`: how far a band's peak falls per frame; `range`: the
 * highest level.
 */
export function push(frame: i32, falls: f64, range: f64): void {
  readValues();
  let at = rowOf(frame);
  let next = rowOf(frame + 1);
  for (let band: usize = 0; band < rowBytes; band += VECTOR) {
    const value = v128.load(values + band);
    const fallen = f64x2.sub(v128.load(peaks + band), f64x2.splat(falls));
    const peak = v128.bitselect(value, fallen, f64x2.gt(value, fallen));
    v128.store(peaks + band, peak);
    const above = f64x2.add(f64x2.sub(value, peak), f64x2.splat(range));
    const level = v128.and(above, f64x2.gt(above, f64x2.splat(0)));
    v128.store(now + band, level);
    v128.store(sums + next, f64x2.add(v128.load(sums + at), level));
    v128.store(squares + next, f64x2.add(v128.load(squares + at), f64x2.mul(level, level)));
    at += VECTOR;
    next += VECTOR;
  }
}

/**
 * Computes the value of each band. A wide band has the value of its loudest narrow band, so that a tone stands out
 * equally in both. The last value is that of the loudest narrow band.
 */
function readValues(): void {
  let ofAll = -Infinity;
  let before = -Infinity;
  let wide: i32 = 0;
  for (let from: i32 = 0; from < narrowBands; from += halfWide) {
    const end = min(from + halfWide, narrowBands);
    let loudest = -Infinity;
    for (let band = from; band < end; band++) {
      const value = load<f32>(mel + ((band as usize) << 2)) as f64;
      setValue(band, value);
      if (value > loudest) loudest = value;
    }
    // Wide bands overlap by half: each consists of these narrow bands and of those of the step before.
    if (from > 0 && wide < wideBands) setValue(narrowBands + wide++, max(before, loudest));
    before = loudest;
    ofAll = max(ofAll, loudest);
  }
  setValue(narrowBands + wideBands, ofAll);
}

function setValue(band: i32, value: f64): void {
  store<f64>(values + ((band as usize) << 3), value);
}

/**
 * Finds the best group in each band whose last beep ended at frame `end`. It tries the `count` paces at address
 * `paces`, which take `bytes` bytes each. Writes the fit of the best group (0: there is none) and its step. Returns
 * whether any band has a group.
 */
export function match(paces: usize, count: i32, bytes: usize, edges: i32, end: i32, beep: i32, trail: i32): bool {
  const to = rowOf(end + trail);
  const stop = findCandidates(rowOf(end - beep), rowOf(end), to, beep, trail);
  if (stop == candidates) return false;
  for (let pace = paces, last = paces + (count as usize) * bytes; pace < last; pace += bytes) {
    for (let edge: i32 = 0; edge < edges; edge++)
      store<u32>(rows + ((edge as usize) << 2), rowOf(end + load<i32>(pace + ((edge as usize) << 2), EDGES)) as u32);
    const from = rowOf(end + load<i32>(pace, FROM));
    const endOfRows = rows + ((edges as usize) << 2);
    for (let at = candidates; at < stop; at += 4) tryPace(pace, load<u32>(at) as usize, from, to, endOfRows);
  }
  let found = false;
  for (let at = candidates; at < stop; at += 4) if (keepGroups(load<u32>(at) as usize)) found = true;
  return found;
}

/**
 * Writes the byte offsets of the bands in which a group may have ended, and returns the end of their list. Most bands
 * are left out, because the newest frame must be silent. Each entry stands for a vector of two bands: the fit of a band
 * that may have a group begins at LEAST_GROUP_FIT, that of its neighbour at infinity, which no group exceeds.
 */
function findCandidates(beepRow: usize, endRow: usize, to: usize, beep: i32, trail: i32): usize {
  let found = candidates;
  for (let band: usize = 0; band < bandBytes; band += VECTOR) {
    const ended = v128.load(sums + endRow + band);
    const beepLevel = f64x2.div(f64x2.sub(ended, v128.load(sums + beepRow + band)), f64x2.splat(beep as f64));
    const silence = f64x2.div(f64x2.sub(v128.load(sums + to + band), ended), f64x2.splat(trail as f64));
    const isCandidate = v128.and(
      f64x2.le(v128.load(now + band), f64x2.splat(SILENT_LEVEL)),
      f64x2.ge(f64x2.sub(beepLevel, silence), f64x2.splat(LEAST_DROP_DECADES)),
    );
    if (v128.any_true(isCandidate)) {
      v128.store(fits + band, v128.bitselect(f64x2.splat(LEAST_GROUP_FIT), f64x2.splat(Infinity), isCandidate));
      store<u32>(found, band as u32);
      found += 4;
    } else v128.store(fits + band, f64x2.splat(0));
  }
  return found;
}

/**
 * Computes Pearson's correlation of the levels with a template that is 1 in the beeps and 0 elsewhere. Keeps it when it
 * is higher than the best so far.
 */
function tryPace(pace: usize, band: usize, from: usize, to: usize, endOfRows: usize): void {
  const bandSums = sums + band;
  let beeps = f64x2.splat(0);
  for (let row = rows; row < endOfRows; row += 8)
    beeps = f64x2.add(
      beeps,
      f64x2.sub(v128.load(bandSums + (load<u32>(row, 4) as usize)), v128.load(bandSums + (load<u32>(row) as usize))),
    );
  const frames = v128.load_splat<f64>(pace, FRAMES);
  const mean = f64x2.div(f64x2.sub(v128.load(bandSums + to), v128.load(bandSums + from)), frames);
  const spread = f64x2.sub(
    f64x2.sub(v128.load(squares + band + to), v128.load(squares + band + from)),
    f64x2.mul(f64x2.mul(frames, mean), mean),
  );
  const product = f64x2.sub(beeps, f64x2.mul(v128.load_splat<f64>(pace, ON), mean));
  const spreads = f64x2.mul(spread, v128.load_splat<f64>(pace, SPREAD));
  // Most paces fit too badly. Comparing the squares shows this without the root and the division, which cost most.
  const leastSquare = f64x2.mul(spreads, f64x2.splat(LEAST_SQUARED_FIT));
  if (!v128.any_true(f64x2.gt(f64x2.mul(product, product), leastSquare))) return;
  const fit = f64x2.div(product, f64x2.sqrt(spreads));
  const best = v128.load(fits + band);
  const isBetter = v128.and(f64x2.gt(fit, best), f64x2.ge(spread, v128.load_splat<f64>(pace, LEAST_SPREAD)));
  v128.store(fits + band, v128.bitselect(fit, best, isBetter));
  v128.store(steps + band, v128.bitselect(v128.load_splat<f64>(pace, STEP), v128.load(steps + band), isBetter));
}

/** Clears the fits of bands without a group. Returns whether one of the two bands has a group. */
function keepGroups(band: usize): bool {
  const fit = v128.load(fits + band);
  const isGroup = v128.and(f64x2.gt(fit, f64x2.splat(LEAST_GROUP_FIT)), f64x2.lt(fit, f64x2.splat(Infinity)));
  v128.store(fits + band, v128.and(fit, isGroup));
  return v128.any_true(isGroup);
}
