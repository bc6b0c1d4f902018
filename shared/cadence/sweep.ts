/**
 * Tracks how the pitch of the loudest tone moves over the last seconds. The pitch of a sweeping alarm sounder rises (or
 * falls) again and again.
 */
const HISTORY_S = 4;
/**
 * The smallest range of pitch that counts as a sweep. Recorded sweeping sounders cover 300 Hz to 1.5 kHz, in 0.1 to 1.3
 * s per sweep.
 */
const LEAST_SPAN_HZ = 250;
const LEAST_TONAL_S = 1;
const LEAST_SWEEPS = 3;
/**
 * The largest share of frames in which the pitch may stand still. Musical notes stand still; sweeping sounders only
 * where they turn.
 */
const MOST_STILL = 0.6;
const STILL_HZ = 5;
const READ_EVERY_S = 0.5;

export interface Sweep {
  middleHz: number;
  periodS: number;
  sweeps: number;
  sinceS: number;
  fit: number;
}

export class SweepTrack {
  private readonly frameS: number;
  private readonly hz: Float64Array;
  private next = 0;
  private lastS = 0;
  /** The number of frames in the history that have a tone. Most sounds have too few, and then reading stops early. */
  private tonal = 0;
  private latest: Sweep | null = null;
  private readAtS = -Infinity;

  constructor(frameS: number) {
    this.frameS = frameS;
    this.hz = new Float64Array(Math.round(HISTORY_S / frameS));
  }

  /** The frequency of the most prominent tone of a frame; 0 when there is none. */
  push(hz: number, atS: number): void {
    const at = this.next++ % this.hz.length;
    if ((this.hz[at] as number) > 0) this.tonal--;
    if (hz > 0) this.tonal++;
    this.hz[at] = hz;
    this.lastS = atS;
  }

  /** Adds frames without a tone, which the front end skipped. */
  sleep(frames: number): void {
    const { hz } = this;
    if (frames >= hz.length) {
      hz.fill(0);
      this.tonal = 0;
      this.next += frames;
    } else for (let n = 0; n < frames; n++) this.push(0, this.lastS);
    this.lastS += frames * this.frameS;
  }

  read(): Sweep | null {
    if (this.lastS - this.readAtS >= READ_EVERY_S) {
      this.latest = this.judge();
      this.readAtS = this.lastS;
    }
    return this.latest;
  }

  private judge(): Sweep | null {
    if (this.tonal * this.frameS < LEAST_TONAL_S) return null;
    const track = this.track();
    // The part of the track since the last long silence.
    const start = lastGap(track, Math.round(0.3 / this.frameS));
    const part = track.subarray(start);
    if (part.length * this.frameS < LEAST_TONAL_S || isStill(part)) return null;
    const tonal = part.filter((hz) => hz > 0);
    if (tonal.length < 0.75 * part.length) return null;
    const sorted = tonal.sort();
    const low = sorted[Math.floor(0.1 * sorted.length)] as number;
    const high = sorted[Math.floor(0.9 * sorted.length)] as number;
    if (high - low < LEAST_SPAN_HZ || high / low > 2.5) return null;
    const { lag, likeness } = repetition(part, (low + high) / 2);
    const sweeps = lag === 0 ? 0 : Math.floor(part.length / lag);
    if (sweeps < LEAST_SWEEPS) return null;
    // Music jumps from note to note and holds notes; the pitch of a sweeping sounder moves smoothly.
    const smooth = smoothness(part, high - low, lag);
    const fit = Math.max(0, Math.min(1, (likeness - 0.4) / 0.5)) * smooth * Math.min(1, sweeps / 8);
    return {
      middleHz: (low + high) / 2,
      periodS: lag * this.frameS,
      sweeps,
      sinceS: this.lastS - part.length * this.frameS,
      fit,
    };
  }

  /** The pitch of the newest frames, oldest first. */
  private track(): Float64Array {
    const { hz, next } = this;
    const oldest = next % hz.length;
    const track = new Float64Array(hz.length);
    track.set(hz.subarray(oldest));
    track.set(hz.subarray(0, oldest), hz.length - oldest);
    return track.subarray(Math.max(0, hz.length - next));
  }
}

function lastGap(track: Float64Array, longest: number): number {
  let quiet = 0;
  for (let i = track.length - 1; i >= 0; i--) {
    quiet = (track[i] as number) > 0 ? 0 : quiet + 1;
    if (quiet > longest) return i + quiet;
  }
  return 0;
}

function isStill(track: Float64Array): boolean {
  let still = 0;
  for (let i = 1; i < track.length; i++)
    if (Math.abs((track[i] as number) - (track[i - 1] as number)) < STILL_HZ) still++;
  return still > MOST_STILL * track.length;
}

/** Returns the shortest lag at which the track's autocorrelation is highest, and this correlation. */
function repetition(track: Float64Array, middle: number): { lag: number; likeness: number } {
  const x = track.map((hz) => (hz > 0 ? hz - middle : 0));
  let best = { lag: 0, likeness: 0 };
  for (let lag = 5; lag <= Math.min(66, x.length / LEAST_SWEEPS); lag++) {
    let [product, early, late] = [0, 0, 0];
    for (let i = lag; i < x.length; i++) {
      const [a, b] = [x[i] as number, x[i - lag] as number];
      product += a * b;
      early += b * b;
      late += a * a;
    }
    const likeness = product / Math.sqrt(early * late + 1e-9);
    if (likeness > best.likeness + 0.05) best = { lag, likeness };
  }
  return best;
}

/** The share of steps from frame to frame that are as small as those of an even movement over the span. */
function smoothness(track: Float64Array, spanHz: number, lag: number): number {
  const even = (4 * spanHz) / lag;
  let [small, all] = [0, 0];
  for (let i = 1; i < track.length; i++) {
    if (track[i] === 0 || track[i - 1] === 0) continue;
    const step = Math.abs((track[i] as number) - (track[i - 1] as number));
    all++;
    if (step <= even) small++;
  }
  return all === 0 ? 0 : small / all;
}
