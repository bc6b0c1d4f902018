import { instantiate, MemoryLayout } from '../wasm/instance.ts';
import { BANDS_WASM } from './bands-wasm.ts';

/**
 * What assembly/bands.ts exports; its comments explain the parameters. Frame numbers may be passed modulo the number of
 * kept frames.
 */
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
  ) => number;
}

export interface BandKernelSize {
  /** For how many frames running sums are kept; must be a power of two. */
  frames: number;
  narrowBands: number;
  wideBands: number;
  /**
   * How many narrow bands lie between the lower ends of two neighbouring wide bands. A wide band is twice as wide as
   * this.
   */
  halfWide: number;
}

/**
 * The template of a group of beeps at one pace (tempo). Positions are in whole frames relative to the end of its last
 * beep.
 */
export interface PacedGroup {
  /** Frames from the start of one beep to the start of the next. */
  step: number;
  /** Where the silence before the first beep begins. */
  from: number;
  /** The start and the end of each beep, alternating, beginning with the last beep. */
  edges: readonly number[];
  /**
   * The number of frames from the beginning of the silence before the group to the end of the silence after it, and how
   * many of these frames lie in beeps.
   */
  frames: number;
  on: number;
  /** The sum of the squared deviations of the template (1 in the beeps and 0 elsewhere) from its mean. */
  spread: number;
  /** When the squared deviations of the levels have a smaller sum, the levels hardly change, and no group is found. */
  leastSpread: number;
}

/** A group's templates at several paces. `paces` is the address of their list. */
export interface KernelGroup {
  paces: number;
  paceBytes: number;
  edges: number;
  beepFrames: number;
  trail: number;
}

/** Room for the templates of all groups. */
const GROUP_BYTES = 4_096;
/** The data of each pace begin with this many doubles: frames, on, spread, leastSpread and step. */
const DOUBLES = 5;
const MOST_EDGES = 32;

/**
 * Keeps running sums of the levels of all bands and searches them for groups of beeps, in WebAssembly
 * (assembly/bands.ts). All arrays are views of the module's memory, which belongs to one stream of sound.
 */
export class BandKernel {
  /** The input of `push`: the log-mel values of the narrow bands. */
  readonly mel: Float32Array;
  /** These arrays have one value for each narrow band, then for each wide band, then for the loudest narrow band. */
  readonly now: Float64Array;
  readonly peaks: Float64Array;
  /**
   * The running sums before each frame: sums[frame * rowLength + band]. `squares` contains the running sums of the
   * squared levels.
   */
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly rowLength: number;
  /** What `match` found in each band: the fit of the best group (0: there is none), and the step of that group. */
  readonly fits: Float64Array;
  readonly steps: Float64Array;
  private readonly frameMask: number;
  private readonly buffer: ArrayBuffer;
  private readonly exports: Exports;
  private freeForGroups: number;

  constructor({ frames, narrowBands, wideBands, halfWide }: BandKernelSize) {
    const bands = narrowBands + wideBands;
    // A row is padded to a whole number of vectors of two doubles.
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

  /**
   * Adds frame number `frame`, whose values are in `mel`: computes its levels, and the running sums before the next
   * frame.
   */
  push(frame: number, peakFalls: number, range: number): void {
    this.exports.push(frame & this.frameMask, peakFalls, range);
  }

  /**
   * Writes a group's templates at several paces into the memory, for `match`. All must have the same number of edges.
   */
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

  /**
   * Searches every band for a group whose last beep ended at frame `end`, at the first `count` of its paces. Returns
   * whether there is one in any band.
   */
  match({ paces, paceBytes, edges, beepFrames, trail }: KernelGroup, count: number, end: number): boolean {
    return this.exports.match(paces, count, paceBytes, edges, end & this.frameMask, beepFrames, trail) !== 0;
  }
}
