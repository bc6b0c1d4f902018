/**
 * Remembers the spectra of the last seconds, so that an alert can say what its sound looks like on a spectrogram. The
 * decision does not use it.
 */
import type { HeardSound } from '@earshot/shared/contracts/candidate.ts';
import { bandCentresHz, melOf } from '@earshot/shared/features/mel-bank.ts';
import type { FrontEnd } from '@earshot/shared/features/front-end.ts';
import { loudnessWeight } from './loudness-weight.ts';

/** The number of kept frames: 5.1 s. It is a power of two, so that an index wraps with a mask. */
const FRAMES = 256;
const MASK = FRAMES - 1;
/** Only this much of the sound is described, because its beginning may have been another sound. */
const DESCRIBED_S = 4;
/** A head's score follows the sound by up to half a second, so the sound may have begun earlier than its score. */
const SCORE_LAGS_S = 0.5;
/** Frames that are more than 20 dB quieter than the loudest one are pauses or echo. */
const LOUD = 10 ** -2;
/** A sound is sudden when it becomes at least 15 dB louder within three frames, to within 10 dB of its loudest moment. */
const SUDDEN = 10 ** 1.5;
const SUDDEN_FRAMES = 3;
const NEARLY_LOUDEST = 0.1;
/** A sound is tonal when in most of its frames nearly all power is at one tone. Glass often rings at several. */
const TONE_POWER = 0.7;
const TONE_FRAMES = 0.6;
/** A tone fills this many mel bands on each side of its own. */
const TONE_BANDS = 2;
/** A shorter pause may be a syllable from a television that hides a tone. */
const PAUSE_FRAMES = 5;
/** The stated range of pitch has this share of the power. */
const MOST_POWER = 0.8;

export class SoundMemory {
  private readonly bands: number;
  private readonly frameS: number;
  private readonly hopSize: number;
  private readonly centresHz: readonly number[];
  /** From a band's mean power per bin to its power as people hear it. */
  private readonly weights: Float64Array;
  private readonly mels: Float32Array;
  /** The pitch of each frame's tone in Hz; 0 when it has none. */
  private readonly tones = new Float32Array(FRAMES);
  private frames = 0;
  private knownFrom = 0;

  constructor(frontEnd: FrontEnd) {
    const centres = bandCentresHz(frontEnd);
    this.bands = centres.length;
    this.frameS = frontEnd.hopSize / frontEnd.sampleRate;
    this.hopSize = frontEnd.hopSize;
    this.centresHz = centres;
    const edges = [frontEnd.lowHz, ...centres, frontEnd.highHz];
    this.weights = Float64Array.from(
      centres,
      (hz, band) => loudnessWeight(hz) * ((edges[band + 2] as number) - (edges[band] as number)),
    );
    this.mels = new Float32Array(FRAMES * this.bands);
  }

  /** Takes a frame's log-mel values, in decades of power, and the pitch of its most prominent tone (0: none). */
  push(mel: Float32Array, toneHz: number): void {
    const at = this.frames & MASK;
    this.mels.set(mel, at * this.bands);
    this.tones[at] = toneHz;
    this.frames++;
    this.knownFrom = Math.max(this.knownFrom, this.frames - FRAMES);
  }

  /** Call it when frames were skipped because the room was quiet. What came before them is forgotten. */
  sleep(frames: number): void {
    if (frames <= 0) return;
    this.frames += frames;
    this.knownFrom = this.frames;
  }

  /** For how many of the last four seconds a tone was heard. */
  get toneS(): number {
    let tones = 0;
    for (let frame = Math.max(this.knownFrom, this.frames - this.framesIn(DESCRIBED_S)); frame < this.frames; frame++)
      if ((this.tones[frame & MASK] as number) > 0) tones++;
    return tones * this.frameS;
  }

  /** Describes the sound that began `agoSamples` before the newest frame; null when nothing of it is known. */
  describe(agoSamples: number): HeardSound | null {
    const ago = Math.min(agoSamples / this.hopSize + this.framesIn(SCORE_LAGS_S), this.framesIn(DESCRIBED_S));
    const from = Math.max(this.knownFrom, this.frames - Math.round(ago));
    const powers = Float64Array.from({ length: this.frames - from }, (_, i) => this.power(from + i));
    const loudest = powers.reduce((most, power) => Math.max(most, power), 0);
    if (!(loudest > 0)) return null;
    const loud = [...powers.keys()].filter((i) => (powers[i] as number) >= LOUD * loudest).map((i) => from + i);
    const tonal = loud.filter((frame) => this.isTonal(frame));
    const isTone = tonal.length >= TONE_FRAMES * loud.length;
    const [lowHz, highHz] = shortestRange(isTone ? this.pitchesIn(tonal) : this.bandsIn(loud));
    return { isTone, lowHz, highHz, isSudden: isSudden(powers, loudest), isBroken: isBroken(loud) };
  }

  private framesIn(seconds: number): number {
    return Math.round(seconds / this.frameS);
  }

  private bandPower(frame: number, band: number): number {
    const decades = this.mels[(frame & MASK) * this.bands + band] as number;
    return 10 ** decades * (this.weights[band] as number);
  }

  private power(frame: number, first = 0, last = this.bands - 1): number {
    let sum = 0;
    for (let band = Math.max(0, first); band <= Math.min(last, this.bands - 1); band++)
      sum += this.bandPower(frame, band);
    return sum;
  }

  private isTonal(frame: number): boolean {
    const hz = this.tones[frame & MASK] as number;
    if (hz === 0) return false;
    const above = this.centresHz.findIndex((centre) => centre >= hz);
    return this.power(frame, above - 1 - TONE_BANDS, above + TONE_BANDS) >= TONE_POWER * this.power(frame);
  }

  /** The pitches of these frames, lowest first. */
  private pitchesIn(frames: readonly number[]): PitchPower[] {
    return frames
      .map((frame) => ({ hz: this.tones[frame & MASK] as number, power: this.power(frame) }))
      .sort((a, b) => a.hz - b.hz);
  }

  private bandsIn(frames: readonly number[]): PitchPower[] {
    return this.centresHz.map((hz, band) => ({
      hz,
      power: frames.reduce((sum, frame) => sum + this.bandPower(frame, band), 0),
    }));
  }
}

interface PitchPower {
  hz: number;
  power: number;
}

/**
 * The shortest range of pitch that has most of the power; `parts`: lowest pitch first. It is the shortest on the mel
 * scale, on which people hear equal steps. A tenth of the power may be a voice or rumble far below an alarm's beeps, so a
 * range that leaves out a tenth on each side would reach down to it, over pitches that have no power.
 */
function shortestRange(parts: readonly PitchPower[]): [number, number] {
  const part = (at: number): PitchPower => parts[at] as PitchPower;
  const length = (from: number, to: number): number => melOf(part(to).hz) - melOf(part(from).hz);
  const enough = MOST_POWER * parts.reduce((sum, { power }) => sum + power, 0);
  let [low, high] = [0, parts.length - 1];
  let [from, sum] = [0, 0];
  parts.forEach(({ power }, to) => {
    sum += power;
    for (; sum - part(from).power >= enough; from++) sum -= part(from).power;
    if (sum >= enough && length(from, to) < length(low, high)) [low, high] = [from, to];
  });
  return [part(low).hz, part(high).hz];
}

function isSudden(powers: Float64Array, loudest: number): boolean {
  return powers.some(
    (power, i) =>
      i >= SUDDEN_FRAMES &&
      power >= NEARLY_LOUDEST * loudest &&
      power >= SUDDEN * (powers[i - SUDDEN_FRAMES] as number),
  );
}

const isBroken = (loud: readonly number[]): boolean =>
  loud.some((frame, i) => i > 0 && frame - (loud[i - 1] as number) > PAUSE_FRAMES);
