import { instantiate, MemoryLayout } from '../wasm/instance.ts';
import { BANDS_WASM } from './bands-wasm.ts';

/** What assembly/bands.ts exports; it explains the parameters. Frame numbers may be taken modulo the number of frames. */
interface Exports {
  configure: (
    frames: number,
    rowBytes: number,
    bandBytes: number,
    narrowBands: number,
    wideBands: number,
    halfWide: number,
    mel: number,
    values: number,
    peaks: number,
    now: number,
    sums: number,
    squares: number,
    fits: number,
    steps: number,
    candidates: number,
    rows: number,
  ) => void;
  push: (frame: number, falls: number, range: number) => void;
  match: (
    paces: number,
    count: number,
    paceBytes: number,
    edges: number,
    end: number,
    beepFrames: number,
    trail: number,
  ) => void;
}

export interface BandKernelSize {
  /** For how many frames running sums are kept: a power of two. */
  frames: number;
  narrowBands: number;
  wideBands: number;
  /** By how many narrow bands one wide band is higher than the one before; it is twice as wide. */
  halfWide: number;
}

/** A group of beeps at one pace, in whole frames relative to the end of its last beep. */
export interface PacedGroup {
  /** Frames from the start of one beep to the start of the next. */
  step: number;
  /** Where the silence before its first beep begins. */
  from: number;
  /** Start and end of each beep, in turn, the last beep first. */
  edges: readonly number[];
  /** Frames from the silence before the group to that after it, and how many of them lie in beeps. */
  frames: number;
  on: number;
  /** The sum of squared deviations of a template that is 1 in the beeps and 0 elsewhere. */
  spread: number;
  /** Where the squared deviations of the levels have a smaller sum, the levels hardly change, and nothing fits. */
  leastSpread: number;
}

/** A group at several paces. `paces` is the address of the list. */
export interface KernelGroup {
  paces: number;
  paceBytes: number;
  edges: number;
  beepFrames: number;
  trail: number;
}

/** Room for the paces of all groups that are matched. */
const GROUP_BYTES = 4_096;
/** Each pace begins with this many doubles: frames, on, spread, leastSpread and step. */
const DOUBLES = 5;
const MOST_EDGES = 32;

/**
 * Running sums of the levels of all bands, and the search for groups of beeps in them, in WebAssembly (assembly/bands.ts).
 * All arrays are views of the module's memory, which belongs to one stream of sound.
 */
export class BandKernel {
  /** What `push` reads: the log-mel values of the narrow bands. */
  readonly mel: Float32Array;
  /** These have one value for each narrow band, for each wide band and for the loudest narrow band, in this order. */
  readonly now: Float64Array;
  readonly peaks: Float64Array;
  /** The running sums before each frame: sums[frame * rowLength + band]. `squares` has those of the squared levels. */
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly rowLength: number;
  /** What `match` found in each band: the fit of its best group, 0 where there is none, and the step of that group. */
  readonly fits: Float64Array;
  readonly steps: Float64Array;
  private readonly frameMask: number;
  private readonly buffer: ArrayBuffer;
  private readonly exports: Exports;
  private freeForGroups: number;

  constructor({ frames, narrowBands, wideBands, halfWide }: BandKernelSize) {
    const bands = narrowBands + wideBands;
    // A row is a whole number of vectors of two doubles.
    this.rowLength = 2 * Math.ceil((bands + 1) / 2);
    this.frameMask = frames - 1;
    const rowBytes = 8 * this.rowLength;
    const memory = new MemoryLayout();
    const mel = memory.take(4 * narrowBands);
    const [values, peaks, now] = [memory.take(rowBytes), memory.take(rowBytes), memory.take(rowBytes)];
    const [fits, steps] = [memory.take(rowBytes), memory.take(rowBytes)];
    const [candidates, rows] = [memory.take(4 * this.rowLength), memory.take(4 * MOST_EDGES)];
    this.freeForGroups = memory.take(GROUP_BYTES);
    const [sums, squares] = [memory.take(rowBytes * frames), memory.take(rowBytes * frames)];
    const { exports, buffer } = instantiate<Exports>(BANDS_WASM, memory.end);
    exports.configure(
      frames,
      rowBytes,
      8 * bands,
      narrowBands,
      wideBands,
      halfWide,
      mel,
      values,
      peaks,
      now,
      sums,
      squares,
      fits,
      steps,
      candidates,
      rows,
    );
    this.exports = exports;
    this.buffer = buffer;
    this.mel = new Float32Array(buffer, mel, narrowBands);
    this.now = new Float64Array(buffer, now, bands + 1);
    this.peaks = new Float64Array(buffer, peaks, bands + 1).fill(-Infinity);
    this.fits = new Float64Array(buffer, fits, bands);
    this.steps = new Float64Array(buffer, steps, bands);
    this.sums = new Float64Array(buffer, sums, this.rowLength * frames);
    this.squares = new Float64Array(buffer, squares, this.rowLength * frames);
  }

  /** Adds frame number `frame`, whose values are in `mel`: its levels, and the running sums before the next frame. */
  push(frame: number, peakFalls: number, range: number): void {
    this.exports.push(frame & this.frameMask, peakFalls, range);
  }

  /** Writes the paces of a group, which have the same number of edges, into the memory for `match`. */
  addGroup(paces: readonly PacedGroup[], beepFrames: number, trail: number): KernelGroup {
    const edges = paces[0]?.edges.length ?? 0;
    const paceBytes = 8 * (DOUBLES + Math.ceil((1 + edges) / 2));
    const start = this.freeForGroups;
    for (const { frames, on, spread, leastSpread, step, from, edges } of paces) {
      new Float64Array(this.buffer, this.freeForGroups, DOUBLES).set([frames, on, spread, leastSpread, step]);
      new Int32Array(this.buffer, this.freeForGroups + 8 * DOUBLES, 1 + edges.length).set([from, ...edges]);
      this.freeForGroups += paceBytes;
    }
    return { paces: start, paceBytes, edges, beepFrames, trail };
  }

  /** Looks in every band for the group whose last beep ended at frame `end`, at its first `count` paces. */
  match({ paces, paceBytes, edges, beepFrames, trail }: KernelGroup, count: number, end: number): void {
    this.exports.match(paces, count, paceBytes, edges, end & this.frameMask, beepFrames, trail);
  }
}
