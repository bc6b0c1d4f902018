/**
 * Reads the rhythm of any repeating sound, whatever its pitch or timbre, from the front end's frames. Each pattern is
 * read independently, so two alarms that sound together give two readings.
 */
import type { Cadence } from '../contracts/candidate.ts';
import type { FrontEnd } from '../features/front-end.ts';
import { BandLevels } from './band-levels.ts';
import { ChirpMemory } from './chirp-memory.ts';
import { EvenBeeps, type EvenRun } from './even-beeps.ts';
import { GroupChains, NO_PAIR, type ChainedGroup, type Pair } from './group-chains.ts';
import { SweepTrack } from './sweep.ts';
import { EVEN_PATTERNS, LONGEST_PAUSE_S, T3, T4, type EvenPattern } from './templates.ts';
import { ToneTrack, type ToneRange } from './tone-track.ts';

export const PATTERNS = ['t3', 't4', 'steady', 'fast', 'sweep', 'continuous', 'chirp'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** The reading of one pattern: how well it fits (0 to 1), and the measured times with which an alert explains it. */
export interface Rhythm {
  fit: number;
  /**
   * For a pattern with groups: the log-likelihood ratio of the standard's rhythm (GroupMatcher), 0 until a group
   * repeats. For other patterns: the fit.
   */
  proof: number;
  /** How many consecutive groups agree in the standard's cycle; 0 for a pattern without groups. */
  groups: number;
  /** For a pattern with groups: how its groups sound; all 0 until a group repeats. */
  pairs: Omit<Pair, 'fit' | 'proof'>;
  readonly cadence: Cadence;
  /** The start of the rhythm's first beep, and the end of its last beep. */
  sinceSample: number;
  lastSample: number;
}

export type Rhythms = Record<Pattern, Rhythm>;

export const NO_CADENCE: Cadence = {
  pattern: 'none',
  toneHz: null,
  onS: 0,
  offS: 0,
  periodS: null,
  beeps: 0,
  groups: 0,
  fit: 0,
};

export const NO_RHYTHM: Rhythm = {
  fit: 0,
  proof: 0,
  groups: 0,
  pairs: NO_PAIR,
  cadence: NO_CADENCE,
  sinceSample: 0,
  lastSample: 0,
};

/** The tone of a narrow band is searched within this share of its centre frequency. */
const BAND_WIDTH = 0.08;
const WIDE_BAND_WIDTH = 0.4;
/**
 * Groups in several bands count as ending together when their ends differ by at most this, because echoes end a beep a
 * little later in one band than in another.
 */
const TOGETHER_FRAMES = 5;
const STABILITY_S = 4;
/** How much of a beep's length a beep that sweeps may lie outside of the band in which its group was found, on each side. */
const SWEEP_MARGIN = 0.2;
/** The part of the pause before a group in which neither its first beep nor the echo of the group before it is heard. */
const PAUSE_BEFORE_S = [0.7, 0.1] as const;

export class RhythmReader {
  private readonly levels: BandLevels;
  private readonly tones: ToneTrack;
  private readonly t3: GroupChains;
  private readonly t4: GroupChains;
  private readonly even: EvenBeeps;
  private readonly sweep: SweepTrack;
  private readonly chirps = new ChirpMemory();
  private readonly hopSize: number;
  private readonly frameS: number;
  /** The middle of the first frame, in samples: a frame's time is that of its middle. */
  private readonly firstMiddle: number;

  /** `firstSample`: the sample at which the first frame begins. */
  constructor(frontEnd: FrontEnd, firstSample = 0) {
    this.levels = new BandLevels(frontEnd);
    this.frameS = this.levels.frameS;
    this.hopSize = frontEnd.hopSize;
    this.firstMiddle = firstSample + frontEnd.fftSize / 2;
    this.tones = new ToneTrack(this.frameS);
    this.t3 = new GroupChains(T3, this.levels);
    this.t4 = new GroupChains(T4, this.levels);
    this.even = new EvenBeeps(this.levels);
    this.sweep = new SweepTrack(this.frameS);
  }

  /** Takes one frame of the front end: its log-mel values and its power spectrum. */
  push(mel: Float32Array, power: Float32Array): void {
    const { levels, tones } = this;
    levels.push(mel);
    const beep = tones.push(power);
    if (beep) this.chirps.add(beep);
    this.sweep.push(tones.newestHz, levels.frames * this.frameS);
    this.even.advance();
    // Check T3 only in every second frame: its beeps are 25 frames long, so this finds their ends precisely enough.
    if (levels.frames % 2 === 0) this.t3.advance();
    this.t4.advance();
  }

  /** Call it when the front end skipped frames because the room was quiet. */
  sleep(frames: number): void {
    this.levels.sleep(frames);
    const beep = this.tones.sleep(frames);
    if (beep) this.chirps.add(beep);
    this.sweep.sleep(frames);
  }

  /** Of the frames with a tone in the last seconds, the share that kept one pitch. */
  get pitchStability(): number {
    return this.tones.stability(STABILITY_S);
  }

  /** The pitch of the newest frame's tone in Hz; 0 when it has none. */
  get newestToneHz(): number {
    return this.tones.newestHz;
  }

  read(): Rhythms {
    return {
      t3: this.grouped(this.t3),
      t4: this.grouped(this.t4),
      steady: this.evenly(EVEN_PATTERNS.steady),
      fast: this.evenly(EVEN_PATTERNS.fast),
      sweep: this.sweeping(),
      continuous: this.continuous(),
      chirp: this.chirping(),
    };
  }

  private grouped(chains: GroupChains): Rhythm {
    const { template } = chains;
    const current = chains.current();
    const { best, second } = leadersOf(current);
    if (!best) return NO_RHYTHM;
    // Groups must appear in at least two bands: even a pure tone also appears in the neighbouring band, and a richer
    // sound in the bands of its harmonics.
    const meanFit = best.groups > 1 ? (best.pairs.fit + (second?.pairs.fit ?? 0)) / 2 : 0;
    const proof = best.groups > 1 ? (best.pairs.proof + (second?.pairs.proof ?? 0)) / 2 : 0;
    const groups = Math.min(best.groups, Math.max(second?.groups ?? 0, 1) + 1);
    const onS = (template.onS / (template.onS + template.offS)) * best.step * this.frameS;
    const offS = best.step * this.frameS - onS;
    const cadence = {
      ...NO_CADENCE,
      pattern: template.pattern,
      onS,
      offS,
      periodS: best.cycle === null ? null : best.cycle * this.frameS,
      beeps: template.beeps * groups,
      groups,
      // A melody may play the rhythm at one of its pitches, but then the sound as a whole fits badly.
      fit: clamp(best.groups > 1 ? meanFit * best.pairs.alone : best.fit / 2),
    };
    const reading = {
      fit: meanFit,
      proof,
      groups,
      pairs: best.pairs,
      sinceSample: this.sampleOf(best.since),
      lastSample: this.sampleOf(best.end),
    };
    const atFrame = this.levels.frames;
    return new PitchedRhythm(
      reading,
      cadence,
      () => this.toneOf(best, current, atFrame),
      (hz) => this.toneRangeOf(best, chains, onS / this.frameS, hz, atFrame),
    );
  }

  /** The range of pitch of the newest group's beeps, from the frames before `atFrame`. */
  private toneRangeOf(
    { end, step }: ChainedGroup,
    { template, matcher }: GroupChains,
    onFrames: number,
    rhythmHz: number,
    atFrame: number,
  ): [number, number] | null {
    // With a margin: a sweeping beep begins before it enters the band, or ends after it.
    const first = end - matcher.length(step);
    const beeps = Array.from({ length: template.beeps }, (_, beep) => {
      const from = first + beep * step;
      return {
        from: Math.round(from - SWEEP_MARGIN * onFrames),
        to: Math.round(from + (1 + SWEEP_MARGIN) * onFrames),
      };
    });
    const [from, to] = PAUSE_BEFORE_S.map((s) => Math.round(first - s / this.frameS)) as [number, number];
    return this.tones.rangeOver(beeps, { from: Math.max(0, from), to }, rhythmHz, atFrame);
  }

  /**
   * The pitch of the alarm, from the frames before `atFrame`. Among the bands whose last groups end together, takes the
   * one that had the loudest tone most often, because the band that fits best may be that of a weak harmonic.
   */
  private toneOf(best: ChainedGroup, current: readonly ChainedGroup[], atFrame: number): number {
    let loudest: ToneRange | null = null;
    let most = 0;
    for (const { band, groups, since, end } of current) {
      if (groups < best.groups || Math.abs(end - best.end) > TOGETHER_FRAMES) continue;
      const range = this.toneRange(band, since, end, band >= this.levels.narrowBands ? WIDE_BAND_WIDTH : BAND_WIDTH);
      const frames = this.tones.countIn(range, atFrame);
      if (frames <= most) continue;
      most = frames;
      loudest = range;
    }
    return (loudest && this.tones.pitchIn(loudest, atFrame)) ?? (this.levels.centresHz[best.band] as number);
  }

  private toneRange(band: number, since: number, end: number, width: number): ToneRange {
    const centre = this.levels.centresHz[band] as number;
    return { from: Math.floor(since), to: end, lowHz: centre * (1 - width), highHz: centre * (1 + width) };
  }

  private evenly({ pattern, stepS, onS, beepsForNone, beepsForAll }: EvenPattern): Rhythm {
    const { frameS, levels } = this;
    let best: EvenRun | null = null;
    let bestBand = 0;
    for (let band = 0; band < levels.bands; band++) {
      const run = this.even.runs[band] as EvenRun;
      if (run.beeps <= beepsForNone || run.beeps <= (best?.beeps ?? 0)) continue;
      if (run.step * frameS < stepS[0] || run.step * frameS > stepS[1]) continue;
      if (run.length * frameS < onS[0] || run.length * frameS > onS[1]) continue;
      // The rhythm ends when the next beep is overdue.
      if (levels.frames - run.end > 2 * run.step) continue;
      best = run;
      bestBand = band;
    }
    if (!best) return NO_RHYTHM;
    const fit = clamp((best.beeps - beepsForNone) / (beepsForAll - beepsForNone));
    const range = this.toneRange(bestBand, best.since, best.end, BAND_WIDTH);
    const atFrame = levels.frames;
    const cadence = {
      ...NO_CADENCE,
      pattern,
      onS: best.length * frameS,
      offS: Math.max(0, best.step - best.length) * frameS,
      periodS: best.step * frameS,
      beeps: best.beeps,
      groups: best.beeps,
      fit,
    };
    const [sinceSample, lastSample] = [this.sampleOf(best.since), this.sampleOf(best.end)];
    return new PitchedRhythm(
      { fit, proof: fit, groups: 0, pairs: NO_PAIR, sinceSample, lastSample },
      cadence,
      () => this.tones.pitchIn(range, atFrame) ?? (levels.centresHz[bestBand] as number),
    );
  }

  private sweeping(): Rhythm {
    const sweep = this.sweep.read();
    if (!sweep) return NO_RHYTHM;
    const { middleHz, periodS, sweeps, fit, sinceS } = sweep;
    return {
      fit,
      proof: fit,
      groups: 0,
      pairs: NO_PAIR,
      cadence: {
        ...NO_CADENCE,
        pattern: 'sweep',
        toneHz: middleHz,
        onS: periodS,
        periodS,
        beeps: sweeps,
        groups: sweeps,
        fit,
      },
      sinceSample: this.sampleOf(sinceS / this.frameS),
      lastSample: this.sampleOf(this.levels.frames),
    };
  }

  private continuous(): Rhythm {
    const tone = this.tones.ongoing;
    // Shorter tones are beeps. A tone that is longer than the longest pause of an alarm is certainly continuous.
    const fit = tone ? clamp(this.tones.steadyS / LONGEST_PAUSE_S) : 0;
    if (!tone || fit < 0.3) return NO_RHYTHM;
    return {
      fit,
      proof: fit,
      groups: 0,
      pairs: NO_PAIR,
      cadence: {
        ...NO_CADENCE,
        pattern: 'continuous',
        toneHz: tone.hz,
        onS: this.tones.steadyS,
        beeps: 1,
        groups: 1,
        fit,
      },
      sinceSample: this.sampleOf(tone.startS / this.frameS),
      lastSample: this.sampleOf(this.levels.frames),
    };
  }

  private chirping(): Rhythm {
    const nowS = this.levels.frames * this.frameS;
    const chirp = this.chirps.read(nowS);
    if (!chirp || nowS - chirp.lastS > LONGEST_PAUSE_S) return NO_RHYTHM;
    const { fit, beeps, onS, periodS, toneHz } = chirp;
    return {
      fit,
      proof: fit,
      groups: beeps,
      pairs: NO_PAIR,
      cadence: { ...NO_CADENCE, pattern: 'chirp', toneHz, onS, periodS, beeps, groups: beeps, fit },
      sinceSample: this.sampleOf(chirp.sinceS / this.frameS),
      lastSample: this.sampleOf(chirp.lastS / this.frameS),
    };
  }

  private sampleOf(frame: number): number {
    return Math.max(0, Math.round(frame * this.hopSize) + this.firstMiddle);
  }
}

/**
 * A rhythm whose pitch and its range are measured once, when its cadence is first read: measuring them costs more than
 * all other parts of a reading, and only alerts show the pitch. Read the cadence within 20 s of sound. A spread copy
 * ({...rhythm}) has no cadence. It is a class, because V8 gives each object literal with a getter a hidden class of its
 * own.
 */
class PitchedRhythm implements Rhythm {
  readonly fit: number;
  readonly proof: number;
  readonly groups: number;
  readonly pairs: Rhythm['pairs'];
  readonly sinceSample: number;
  readonly lastSample: number;
  private readonly unpitched: Cadence;
  private readonly toneHz: () => number;
  private readonly toneRangeHz: ((rhythmHz: number) => [number, number] | null) | null;
  private pitched: Cadence | null = null;

  constructor(
    reading: Omit<Rhythm, 'cadence'>,
    unpitched: Cadence,
    toneHz: () => number,
    toneRangeHz: ((rhythmHz: number) => [number, number] | null) | null = null,
  ) {
    this.fit = reading.fit;
    this.proof = reading.proof;
    this.groups = reading.groups;
    this.pairs = reading.pairs;
    this.sinceSample = reading.sinceSample;
    this.lastSample = reading.lastSample;
    this.unpitched = unpitched;
    this.toneHz = toneHz;
    this.toneRangeHz = toneRangeHz;
  }

  get cadence(): Cadence {
    return (this.pitched ??= this.measured());
  }

  private measured(): Cadence {
    const { unpitched, toneRangeHz } = this;
    const toneHz = this.toneHz();
    return { ...unpitched, toneHz, ...(toneRangeHz ? { toneRangeHz: toneRangeHz(toneHz) } : {}) };
  }
}

/** How much a group and its chain prove together. */
const worth = ({ pairs, fit, groups }: ChainedGroup): number => (groups > 1 ? 1 + pairs.proof * (groups - 1) : fit);

/** The two groups with the highest proof. Single groups count only while none has repeated. */
function leadersOf(current: readonly ChainedGroup[]): { best: ChainedGroup | null; second: ChainedGroup | null } {
  const hasChain = current.some(({ groups }) => groups > 1);
  let [best, second]: (ChainedGroup | null)[] = [null, null];
  let [most, next] = [-Infinity, -Infinity];
  for (const group of current) {
    if (hasChain && group.groups === 1) continue;
    const proves = worth(group);
    if (proves > most) {
      [second, next] = [best, most];
      [best, most] = [group, proves];
    } else if (proves > next) [second, next] = [group, proves];
  }
  return { best: best ?? null, second: second ?? null };
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
