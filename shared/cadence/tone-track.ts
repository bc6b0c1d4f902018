/**
 * Tracks the most prominent tone of each frame and finds tones that keep their pitch. Alerts name this pitch; chirps
 * and continuous tones are detected with it.
 */
import { HIGHEST_HZ, LOWEST_HZ } from './pitch-range.ts';
import type { SteadyTone } from './steady-tone.ts';

export const BIN_HZ = 31.25;
const FIRST_BIN = Math.floor(LOWEST_HZ / BIN_HZ);
const LAST_BIN = Math.ceil(HIGHEST_HZ / BIN_HZ);
/**
 * A Hann window spreads a tone over two bins on each side. The bins from there to the eighth on each side are the
 * tone's neighbourhood.
 */
const LOBE = 2;
const NEIGHBOURHOOD = 8;
/** A weaker peak is only rounding noise of 16-bit samples. */
const LEAST_POWER = 1e-6;
/**
 * How much stronger than its neighbourhood a tone must be: 10 dB. In white noise this happens now and then, in speech
 * seldom.
 */
export const PROMINENT = 10;
const FRAMES = 1_024;
/** Twice as many frames as 20 s are kept, because the pitch of a rhythm may be read up to 20 s after the rhythm. */
const KEPT_FRAMES = 2 * FRAMES;
const MASK = KEPT_FRAMES - 1;
/** How many frames a tone may be missing before it has ended: a syllable from a television can hide it for two. */
const FRAMES_OF_DOUBT = 2;

/** The pitch of an alarm that sweeps or has two tones moves by less than this factor. Other sounds are often farther away. */
const NEAR = 1.5;

/** Pitches that differ by less than this factor are the same: a semitone. */
export const SAME = 2 ** (1 / 12);

/** A range of frames, from `from` up to, not including, `to`. */
interface Span {
  from: number;
  to: number;
}

/** A range of frames, and the range of pitch in which their tones are searched. */
export interface ToneRange extends Span {
  lowHz: number;
  highHz: number;
}

export class ToneTrack {
  /** The pitch of each frame's tone in Hz; 0 when the frame has no tone. */
  private readonly hz = new Float32Array(KEPT_FRAMES);
  /** A buffer that `pitchIn` uses again at each call. */
  private readonly found = new Float32Array(FRAMES);
  private frames = 0;
  private readonly frameS: number;
  /**
   * The tone that keeps its pitch at the moment: its first frame and its pitch, for how many frames it was found and then
   * missing, and the sums from which its mean pitch and prominence are computed.
   */
  private since = 0;
  private steadyBin = 0;
  private steadyFrames = 0;
  private doubts = 0;
  private hzSum = 0;
  private hzSquares = 0;
  private prominenceDbSum = 0;

  constructor(frameS: number) {
    this.frameS = frameS;
  }

  /** Takes one frame. Returns the steady tone that has ended with it, or null. */
  push(power: Float32Array): SteadyTone | null {
    let peak = FIRST_BIN;
    let most = power[peak] as number;
    for (let bin = FIRST_BIN + 1; bin <= LAST_BIN; bin++) {
      const here = power[bin] as number;
      if (here > most) {
        peak = bin;
        most = here;
      }
    }
    const prominence = prominenceOf(power, peak);
    const isTone = prominence >= PROMINENT;
    const hz = isTone ? hzAt(power, peak) : 0;
    this.hz[this.frames & MASK] = hz;
    this.frames++;
    return this.follow(isTone, peak, hz, prominence);
  }

  sleep(frames: number): SteadyTone | null {
    const ended = this.steadyFrames > 0 ? this.end() : null;
    for (let n = Math.max(0, frames - KEPT_FRAMES); n < frames; n++) this.hz[(this.frames + n) & MASK] = 0;
    this.frames += frames;
    return ended;
  }

  /** For how many seconds the newest tone has kept its pitch. */
  get steadyS(): number {
    return this.steadyFrames === 0 ? 0 : (this.frames - this.since) * this.frameS;
  }

  /** The newest tone so far; null when there is none. */
  get ongoing(): SteadyTone | null {
    return this.steadyFrames === 0 ? null : this.measured();
  }

  get newestHz(): number {
    return this.hz[(this.frames - 1) & MASK] as number;
  }

  /**
   * The number of these frames whose loudest tone lies in the range of pitch. Ignores frames from `atFrame` on. It
   * costs much less than `pitchIn`.
   */
  countIn({ from, to, lowHz, highHz }: ToneRange, atFrame = this.frames): number {
    const track = this.hz;
    let count = 0;
    for (let frame = Math.max(from, atFrame - FRAMES), end = Math.min(to, atFrame); frame < end; frame++) {
      const hz = track[frame & MASK] as number;
      if (hz >= lowHz && hz <= highHz) count++;
    }
    return count;
  }

  /**
   * The median pitch of the loudest tones in these frames, among those that lie in the range of pitch; null when there
   * are none. Ignores frames from `atFrame` on.
   */
  pitchIn({ from, to, lowHz, highHz }: ToneRange, atFrame = this.frames): number | null {
    const { found, hz: track } = this;
    let count = 0;
    for (let frame = Math.max(from, atFrame - FRAMES), end = Math.min(to, atFrame); frame < end; frame++) {
      const hz = track[frame & MASK] as number;
      if (hz >= lowHz && hz <= highHz) found[count++] = hz;
    }
    return count === 0 ? null : (found.subarray(0, count).sort()[count >> 1] as number);
  }

  /**
   * The range of pitch of the loudest tones of beeps, without its lowest and highest tenth. Tones that are far from the
   * median are those of other sounds. Null when fewer than half of the frames have a tone near it, or when it is as
   * frequent in the pause before the beeps and differs from `rhythmHz`, the pitch at which the rhythm was found: then
   * another sound is louder than the beeps. (In a room with much echo the beeps' own tone fills the pause.) Ignores frames
   * from `atFrame` on.
   */
  rangeOver(beeps: readonly Span[], pause: Span, rhythmHz: number, atFrame = this.frames): [number, number] | null {
    const { found } = this;
    let count = 0;
    let frames = 0;
    for (const beep of beeps) {
      frames += this.each(beep, atFrame, (hz) => {
        if (hz > 0) found[count++] = hz;
      });
    }
    const sorted = found.subarray(0, count).sort();
    const median = sorted[count >> 1] ?? 0;
    const isNear = (hz: number): boolean => hz > 0 && hz >= median / NEAR && hz <= median * NEAR;
    const near = sorted.filter(isNear);
    if (near.length === 0 || near.length < frames / 2) return null;
    let inPause = 0;
    const pauseFrames = this.each(pause, atFrame, (hz) => {
      if (isNear(hz)) inPause++;
    });
    const out = Math.floor(near.length / 10);
    const [low, high] = [near[out] as number, near[near.length - 1 - out] as number];
    const isRhythms = rhythmHz > low / SAME && rhythmHz < high * SAME;
    return isRhythms || inPause * 2 * frames <= near.length * pauseFrames ? [low, high] : null;
  }

  /** Passes on the pitch of each kept frame of a span before `atFrame`. Returns how many there are. */
  private each({ from, to }: Span, atFrame: number, take: (hz: number) => void): number {
    const first = Math.max(from, atFrame - FRAMES);
    const end = Math.min(to, atFrame);
    for (let frame = first; frame < end; frame++) take(this.hz[frame & MASK] as number);
    return Math.max(0, end - first);
  }

  /**
   * Of the frames with a tone in the last `seconds`, the share whose pitch is within one bin of the most frequent
   * pitch; 0 without tones.
   */
  stability(seconds: number): number {
    const counts = new Int32Array(LAST_BIN + 2);
    let tones = 0;
    const from = Math.max(0, this.frames - Math.round(seconds / this.frameS));
    for (let frame = from; frame < this.frames; frame++) {
      const hz = this.hz[frame & MASK] as number;
      if (hz === 0) continue;
      tones++;
      const bin = Math.round(hz / BIN_HZ);
      counts[bin] = (counts[bin] as number) + 1;
    }
    let most = 0;
    for (let bin = 1; bin <= LAST_BIN; bin++)
      most = Math.max(most, (counts[bin - 1] as number) + (counts[bin] as number) + (counts[bin + 1] as number));
    return tones === 0 ? 0 : most / tones;
  }

  private follow(isTone: boolean, bin: number, hz: number, prominence: number): SteadyTone | null {
    const goesOn = isTone && this.steadyFrames > 0 && Math.abs(bin - this.steadyBin) <= 1;
    let ended: SteadyTone | null = null;
    if (!goesOn && this.steadyFrames > 0 && ++this.doubts > FRAMES_OF_DOUBT) ended = this.end();
    if (!isTone || (!goesOn && this.steadyFrames > 0)) return ended;
    if (this.steadyFrames === 0) {
      this.since = this.frames - 1;
      this.hzSum = this.hzSquares = this.prominenceDbSum = 0;
    }
    this.doubts = 0;
    this.steadyBin = bin;
    this.steadyFrames++;
    this.hzSum += hz;
    this.hzSquares += hz * hz;
    this.prominenceDbSum += 10 * Math.log10(prominence);
    return ended;
  }

  private end(): SteadyTone {
    const beep = this.measured();
    this.steadyFrames = 0;
    this.doubts = 0;
    return beep;
  }

  private measured(): SteadyTone {
    const n = this.steadyFrames;
    const hz = this.hzSum / n;
    return {
      startS: this.since * this.frameS,
      endS: (this.frames - this.doubts) * this.frameS,
      hz,
      prominenceDb: this.prominenceDbSum / n,
      wanderHz: Math.sqrt(Math.max(0, this.hzSquares / n - hz * hz)),
    };
  }
}

/** The ratio of the bin's power to the mean power of its neighbourhood. */
export function prominenceOf(power: Float32Array, bin: number): number {
  let around = 0;
  let count = 0;
  for (let away = LOBE + 1; away <= NEIGHBOURHOOD; away++) {
    around += (power[bin + away] as number) + (power[bin - away] as number);
    count += 2;
  }
  return (power[bin] as number) / (around / count + LEAST_POWER);
}

/**
 * Finds the pitch with a parabola through the logarithms of three bins, which is exact to about 1 Hz for a Hann window.
 */
export function hzAt(power: Float32Array, bin: number): number {
  const below = Math.log((power[bin - 1] as number) + 1e-12);
  const here = Math.log((power[bin] as number) + 1e-12);
  const above = Math.log((power[bin + 1] as number) + 1e-12);
  const curve = below - 2 * here + above;
  return (bin + (curve < 0 ? Math.max(-0.5, Math.min(0.5, (below - above) / (2 * curve))) : 0)) * BIN_HZ;
}
