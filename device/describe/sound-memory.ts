/**
 * Remembers the spectra of the last seconds, so that an alert can say what its sound looks like on a spectrogram. The
 * decision does not use it.
 */
import type { HeardSound } from '@earshot/shared/contracts/candidate.ts';
import { bandCentresHz } from '@earshot/shared/features/mel-bank.ts';
import type { FrontEnd } from '@earshot/shared/features/front-end.ts';
import { loudnessWeight } from './loudness-weight.ts';
import { gapIn, shortestRange, total, type PitchPower } from './pitch-range.ts';

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
/** What is 20 dB weaker than a tone is hardly seen beside it. */
const ONLY_TONE_POWER = 0.99;
/**
 * Noise fills an alarm's pauses, so a tone that keeps its pitch for this long is described in any case. Beeps that last half a
 * second do; in 60 recorded sounds of glass, dogs, babies, doors and footsteps no tone did for more than 0.34 s.
 */
const LEAST_HELD_S = 0.5;
/** A beeper keeps its pitch to within a percent; voices and animals do not for long. */
const SAME_PITCH = 1.01;
/** The pitches of an alarm that has two tones differ by less than this factor. Other sounds are often farther away. */
const NEAR = 1.5;
/** A shorter sound is a tone only if it keeps its pitch, as a chirp does; a dog's bark has one pitch for a moment. */
const LEAST_TONE_S = 0.3;
/** The pitch of a siren is the same for fewer frames in a row. The shortest beep of a standard lasts for five. */
const HELD_FRAMES = 4;
/** A tone pauses when its power falls by 10 dB. Other sounds hide it, but add power at its pitch, so short pauses count. */
const PAUSE = 0.1;
const TONE_PAUSE_FRAMES = 2;
/** A tone fills this many mel bands on each side of its own. */
const TONE_BANDS = 2;
/** A shorter pause may be a syllable from a television that hides a tone. */
const PAUSE_FRAMES = 5;
/** What sounded before, e.g. crickets or a fan, is measured for at least this long, and is no part of the sound. */
const LEAST_BEFORE_S = 0.5;
/** If less than this share of the power is new, the sound may have begun before, so nothing is left out. */
const LEAST_NEW = 0.3;

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
      if (this.toneAt(frame) > 0) tones++;
    return tones * this.frameS;
  }

  /** Describes the sound that began `agoSamples` before the newest frame; null when nothing of it is known. */
  describe(agoSamples: number): HeardSound | null {
    const ago = Math.round(agoSamples / this.hopSize) + this.framesIn(SCORE_LAGS_S);
    const from = Math.max(this.knownFrom, this.frames - Math.min(ago, this.framesIn(DESCRIBED_S)));
    const powers = Float64Array.from({ length: this.frames - from }, (_, i) => this.power(from + i));
    const loudest = powers.reduce((most, power) => Math.max(most, power), 0);
    if (!(loudest > 0)) return null;
    const loud = [...powers.keys()].filter((i) => (powers[i] as number) >= LOUD * loudest).map((i) => from + i);
    const tone = this.toneOf(loud, from);
    const parts = tone ? this.pitchesIn(tone) : this.newIn(loud, this.frames - ago);
    const [lowHz, highHz] = shortestRange(parts);
    const gapHz = tone ? null : gapIn(parts, [lowHz, highHz]);
    const isBroken = tone ? hasPause(this.soundingOf(tone, from), TONE_PAUSE_FRAMES) : hasPause(loud, PAUSE_FRAMES);
    // In a long sound, a loud moment may be a click of another source, but the beeps of an alarm begin suddenly, too.
    const isBeginKnown = tone !== null || ago <= this.framesIn(DESCRIBED_S);
    return {
      isTone: tone !== null,
      ...(tone && { isOnlyTone: this.isOnlyTone(tone) }),
      lowHz,
      highHz,
      ...(gapHz && { gapHz }),
      isSudden: isBeginKnown && isSudden(powers, loudest),
      isBroken,
    };
  }

  /** Of these frames those that have the sound's tone or tones; null when the sound is none. */
  private toneOf(loud: readonly number[], from: number): number[] | null {
    const tonal = loud.filter((frame) => this.isTonal(frame));
    const held = this.heldTone(tonal, this.framesSince(from));
    const isLong = tonal.length >= this.framesIn(LEAST_TONE_S) || 2 * held.length >= tonal.length;
    if (isLong && tonal.length >= TONE_FRAMES * loud.length) return tonal;
    if (held.length < this.framesIn(LEAST_HELD_S)) return null;
    const heldHz = this.toneAt(held[0] as number);
    return tonal.filter((frame) => isWithin(NEAR, this.toneAt(frame), heldHz));
  }

  /** Of the tonal frames those with the tone that keeps its pitch for the longest time in `frames`. */
  private heldTone(tonal: readonly number[], frames: readonly number[]): number[] {
    const isTonal = new Set(tonal);
    const held = tonal.map((frame) => this.heldAt(this.toneAt(frame), frames).filter((other) => isTonal.has(other)));
    return held.reduce((most, found) => (found.length > most.length ? found : most), []);
  }

  /** Of these frames those whose tone is at this pitch for several frames in a row. */
  private heldAt(hz: number, frames: readonly number[]): number[] {
    const same = frames.filter((frame) => isWithin(SAME_PITCH, this.toneAt(frame), hz));
    // The frames of a row all have the same difference to their place in the list.
    const rows = Map.groupBy(same.entries(), ([i, frame]) => frame - i).values();
    return [...rows].flatMap((row) => (row.length >= HELD_FRAMES ? row.map(([, frame]) => frame) : []));
  }

  private toneAt(frame: number): number {
    return this.tones[frame & MASK] as number;
  }

  /** The frames since `from` in which the tone of these frames sounds, also where other sounds hide it. */
  private soundingOf(tone: readonly number[], from: number): number[] {
    const pitches = tone.map((frame) => this.toneAt(frame));
    const bands = this.bandsAround(Math.min(...pitches), Math.max(...pitches));
    const power = (frame: number): number => this.power(frame, ...bands);
    const powers = tone.map(power).sort((a, b) => a - b);
    const least = PAUSE * (powers[powers.length >> 1] as number);
    return this.framesSince(from).filter((frame) => power(frame) >= least);
  }

  private framesSince(from: number): number[] {
    return Array.from({ length: this.frames - from }, (_, i) => from + i);
  }

  /** The first and the last band that a tone fills when its pitch moves in this range. */
  private bandsAround(lowHz: number, highHz: number): [number, number] {
    const above = (hz: number): number => this.centresHz.findIndex((centre) => centre >= hz);
    return [above(lowHz) - 1 - TONE_BANDS, above(highHz) + TONE_BANDS];
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
    return this.toneAt(frame) > 0 && this.tonePower(frame) >= TONE_POWER * this.power(frame);
  }

  /** Whether hardly anything else sounds in these frames than their tones. */
  private isOnlyTone(tone: readonly number[]): boolean {
    const sum = (power: (frame: number) => number): number => tone.reduce((all, frame) => all + power(frame), 0);
    return sum((frame) => this.tonePower(frame)) >= ONLY_TONE_POWER * sum((frame) => this.power(frame));
  }

  private tonePower(frame: number): number {
    const hz = this.toneAt(frame);
    return this.power(frame, ...this.bandsAround(hz, hz));
  }

  /** The pitches of these frames, lowest first. */
  private pitchesIn(frames: readonly number[]): PitchPower[] {
    return frames.map((frame) => ({ hz: this.toneAt(frame), power: this.power(frame) })).sort((a, b) => a.hz - b.hz);
  }

  /** The power of the bands in these frames of a sound that began at `began`, without that of what sounded before. */
  private newIn(loud: readonly number[], began: number): PitchPower[] {
    const all = this.bandsIn(loud);
    const before = Array.from({ length: Math.max(0, began - this.knownFrom) }, (_, i) => this.knownFrom + i);
    if (before.length < this.framesIn(LEAST_BEFORE_S)) return all;
    const share = loud.length / before.length;
    const old = this.bandsIn(before);
    const added = all.map(({ hz, power }, i) => ({
      hz,
      power: Math.max(0, power - share * (old[i] as PitchPower).power),
    }));
    return total(added) >= LEAST_NEW * total(all) ? added : all;
  }

  private bandsIn(frames: readonly number[]): PitchPower[] {
    return this.centresHz.map((hz, band) => ({
      hz,
      power: frames.reduce((sum, frame) => sum + this.bandPower(frame, band), 0),
    }));
  }
}

const isWithin = (factor: number, a: number, b: number): boolean => a <= b * factor && b <= a * factor;

function isSudden(powers: Float64Array, loudest: number): boolean {
  return powers.some(
    (power, i) =>
      i >= SUDDEN_FRAMES &&
      power >= NEARLY_LOUDEST * loudest &&
      power >= SUDDEN * (powers[i - SUDDEN_FRAMES] as number),
  );
}

/** Whether more than `pauseFrames` frames pass between two of these frames. */
const hasPause = (frames: readonly number[], pauseFrames: number): boolean =>
  frames.some((frame, i) => i > 0 && frame - (frames[i - 1] as number) > pauseFrames);
