import type { Beep } from './beep.ts';
import { BIN_HZ, type ToneSpectrum } from './tone-spectrum.ts';

/** A tone that sounds goes on while it stands out by 5 dB … */
const STAYS_PROMINENT = 3.2;
/** To begin it must stand out by 9 dB: noise alone reaches 5 dB all the time. */
const BEGINS_PROMINENT = 8;
/** … and is not down to half its mean amplitude. The half is where a symmetric window sees the very edge of a beep. */
const HALF = 0.5;
/** One frame of doubt is bridged: a syllable of the television can hide a tone for as long. */
const FRAMES_OF_DOUBT = 2;
/** Echoes of a beep stay below half of it; the memory of how loud it was halves in this time. */
const FORGETS_LEVEL_S = 3;
/** Two frames: shorter is a click. */
const LEAST_BEEP_S = 0.025;
/** A beep must stand out by 9 dB on average: what noise strings together by chance does not. */
const LEAST_PROMINENCE_DB = 9;
/** A clear beep on a steady pitch promises more of its kind: the channel waits for them for so long. */
const CLEAR_BEEP_DB = 13;
const CLEAR_WANDER_HZ = 15;
const WAITS_S = 3;
const LONGEST_WAIT_S = 30;
/** A bin and a half: as near as one pitch comes to another in the spectrum. */
const HERE_HZ = 1.5 * BIN_HZ;
/** Half a minute of the fastest pattern. */
const MOST_BEEPS = 64;

/** One frequency, followed through time: turns its level into beeps. */
export class ToneChannel {
  bin: number;
  readonly beeps: Beep[] = [];
  lastActiveS: number;
  isOn = false;
  /** How many of `beeps` are clear; counted as they come and go, because every new tone asks. */
  private clearBeeps = 0;
  private plateau = 0;
  /** Of the beep that sounds: amplitudes around its start, then sums over its frames. */
  private readonly onset: number[] = [];
  private onsetS = 0;
  private frames = 0;
  private doubts = 0;
  private firstDoubtS = 0;
  private amplitudeSum = 0;
  private amplitudeSquares = 0;
  private prominenceDbSum = 0;
  private hzSum = 0;
  private hzSquares = 0;
  private previousAmplitude = 0;
  private previousS = 0;
  private fallS = 0;

  constructor(bin: number, atS: number) {
    this.bin = bin;
    this.lastActiveS = atS;
  }

  /** Until when it is not to be given up for another tone. */
  get worthUntilS(): number {
    return this.isOn ? Infinity : this.lastActiveS + Math.min(LONGEST_WAIT_S, WAITS_S * this.clearBeeps);
  }

  /** `atS` is the middle of the frame, `frameS` the time between frames. Returns true when a beep was completed. */
  update(spectrum: ToneSpectrum, atS: number, frameS: number): boolean {
    const bin = spectrum.peakNear(this.bin);
    const prominence = spectrum.prominence(bin);
    const amplitude = spectrum.amplitude(this.bin);
    const isProminent = prominence >= STAYS_PROMINENT;
    let completed = false;
    if (!this.isOn) {
      if (prominence >= BEGINS_PROMINENT && amplitude > HALF * this.remembered(atS)) {
        this.begin(spectrum, atS, frameS);
        this.add(spectrum, bin, amplitude, prominence);
        this.lastActiveS = atS;
      }
    } else if (isProminent && amplitude >= (HALF * this.amplitudeSum) / this.frames) {
      this.doubts = 0;
      this.add(spectrum, bin, amplitude, prominence);
      this.lastActiveS = atS;
    } else {
      if (this.doubts++ === 0) this.firstDoubtS = this.edgeOf(amplitude, atS);
      if (this.doubts >= FRAMES_OF_DOUBT) completed = this.finish();
    }
    this.previousAmplitude = amplitude;
    this.previousS = atS;
    return completed;
  }

  /** How many of its beeps had the pitch that it is at now. */
  beepsHere(): number {
    return this.beeps.filter(({ hz }) => Math.abs(hz - this.bin * BIN_HZ) < HERE_HZ).length;
  }

  /** The beep that still sounds, as far as it got; null when it is quiet. */
  ongoing(nowS: number): Beep | null {
    return this.isOn && this.frames >= 2 ? this.measured(nowS) : null;
  }

  /** How loud its last beep was, fading. */
  private remembered(atS: number): number {
    return this.plateau * 0.5 ** ((atS - this.lastActiveS) / FORGETS_LEVEL_S);
  }

  private begin(spectrum: ToneSpectrum, atS: number, frameS: number): void {
    this.isOn = true;
    this.onset.length = 0;
    this.onset.push(spectrum.amplitude(this.bin, 2), spectrum.amplitude(this.bin, 1));
    this.onsetS = atS - 2 * frameS;
    this.fallS = frameS;
    this.frames = 0;
    this.doubts = 0;
    this.amplitudeSum = this.amplitudeSquares = this.prominenceDbSum = this.hzSum = this.hzSquares = 0;
  }

  private add(spectrum: ToneSpectrum, bin: number, amplitude: number, prominence: number): void {
    if (this.onset.length < 6) this.onset.push(amplitude);
    const hz = spectrum.hzAt(bin);
    this.frames++;
    this.amplitudeSum += amplitude;
    this.amplitudeSquares += amplitude * amplitude;
    this.prominenceDbSum += 10 * Math.log10(prominence);
    // Weighted by power: at the edges of a beep the window holds little of it, and its peak lies anywhere.
    this.hzSum += amplitude * amplitude * hz;
    this.hzSquares += amplitude * amplitude * hz * hz;
    this.bin = bin;
  }

  /** Where between the last frame and this one the amplitude fell through half of the mean. */
  private edgeOf(amplitude: number, atS: number): number {
    const half = (HALF * this.amplitudeSum) / this.frames;
    const { previousAmplitude: before, previousS: beforeS } = this;
    if (amplitude >= half || before <= half) return beforeS + this.fallS / 2;
    return beforeS + ((before - half) / (before - amplitude)) * (atS - beforeS);
  }

  private finish(): boolean {
    this.isOn = false;
    const beep = this.measured(this.firstDoubtS);
    if (beep.endS - beep.startS < LEAST_BEEP_S || this.frames < 2 || beep.prominenceDb < LEAST_PROMINENCE_DB)
      return false;
    this.plateau = beep.amplitude;
    this.beeps.push(beep);
    if (isClear(beep)) this.clearBeeps++;
    if (this.beeps.length > MOST_BEEPS && isClear(this.beeps.shift() as Beep)) this.clearBeeps--;
    return true;
  }

  private measured(endS: number): Beep {
    const { frames } = this;
    const amplitude = this.amplitudeSum / frames;
    const hz = this.hzSum / this.amplitudeSquares;
    return {
      startS: this.startOf(HALF * amplitude),
      endS,
      hz,
      amplitude,
      prominenceDb: this.prominenceDbSum / frames,
      flatness: (amplitude * amplitude * frames) / this.amplitudeSquares,
      wanderHz: Math.sqrt(Math.max(0, this.hzSquares / this.amplitudeSquares - hz * hz)),
    };
  }

  /** Where the amplitude first rose through `half`; the mean is only known later, so the first frames are kept. */
  private startOf(half: number): number {
    const rise = this.onset.findIndex((amplitude) => amplitude >= half);
    if (rise <= 0) return this.onsetS + Math.max(0, rise) * this.fallS;
    const before = this.onset[rise - 1] as number;
    const after = this.onset[rise] as number;
    return this.onsetS + (rise - 1 + (half - before) / (after - before)) * this.fallS;
  }
}

const isClear = ({ prominenceDb, wanderHz }: Beep): boolean =>
  prominenceDb > CLEAR_BEEP_DB && wanderHz < CLEAR_WANDER_HZ;
