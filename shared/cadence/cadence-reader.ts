import { type Beep, bridged, lengthS, mean, median } from './beep.ts';
import { bestPattern, type CadenceReading, type Fitted } from './patterns.ts';
import { SweepTrack } from './sweep.ts';
import { ToneChannel } from './tone-channel.ts';
import { BIN_HZ, ToneSpectrum } from './tone-spectrum.ts';

export { explain } from './explain.ts';
export type { CadenceReading } from './patterns.ts';

const SAMPLE_RATE = 16_000;
/** Half of the front end's window: a frame tells of its middle. */
const HALF_WINDOW = 256;
const FRAME_S = 320 / SAMPLE_RATE;

/** A new tone must stand out by 10 dB: white noise does so in one bin of a frame now and then, speech seldom. */
const NEW_PROMINENCE = 10;
/** A tone that stands out by 15 dB is always followed, whatever must give way. */
const CLEAR_PROMINENCE = 30;
/** Tones that are followed at once: two alarms with two harmonics each, and the music's. */
const MOST_CHANNELS = 10;
/** What a pattern is read from: seven cycles of T3. Chirps and late T4 groups are remembered apart. */
const PATTERN_WINDOW_S = 30;
const CONTINUOUS_S = 3;
/** In rooms, until the echoes of a tone's start have settled; measured up to 0.06 s. */
const LONGEST_DIP_S = 0.09;
/** A chirp is short and alone; it comes back after 30 to 60 s (+-10 %: 25 to 70). */
const LONGEST_CHIRP_S = 0.4;
const CHIRP_ALONE_S = 8;
const CHIRP_PERIOD_S = [25, 70] as const;
/** What is to be remembered for minutes must be clear, or the television fills the memory. */
const RARE_PROMINENCE_DB = 13;
const LONG_MEMORY_S = 250;
const MOST_REMEMBERED = 48;
/** Reading costs more than pushing; between beeps only time goes on. */
const READ_EVERY_S = 0.5;
const READ_AFTER_BEEP_S = 0.1;

/** Of a sound that does not beep. */
export const NO_CADENCE: CadenceReading = {
  pattern: 'none',
  toneHz: null,
  onS: 0,
  offS: 0,
  periodS: null,
  beeps: 0,
  groups: 0,
  fit: 0,
  repeats: 0,
  regularity: 0,
  toneStability: 0,
  flatness: 0,
  prominenceDb: 0,
  sinceSample: 0,
  lastSample: 0,
  ended: true,
};

/**
 * Finds beeping in the power spectra of the front end (512 samples every 320 at 16 kHz), measures it and names its
 * pattern. Every frequency is followed by itself, so two alarms out of phase, or an alarm in music, do not mix.
 */
export class CadenceReader {
  private readonly spectrum = new ToneSpectrum();
  private readonly sweep = new SweepTrack(FRAME_S);
  private channels: ToneChannel[] = [];
  /** Short beeps of the last minutes, for what repeats once a minute. */
  private remembered: Beep[] = [];
  private nowS = 0;
  private latest: CadenceReading = NO_CADENCE;
  private latestAtS = -Infinity;
  /** A beep was completed since the last reading. */
  private hasNews = false;

  push(power: Float32Array, atSample: number): void {
    const { spectrum } = this;
    const atS = (atSample + HALF_WINDOW) / SAMPLE_RATE;
    this.nowS = atS;
    spectrum.take(power);
    for (const channel of this.channels) {
      if (!channel.update(spectrum, atS, FRAME_S)) continue;
      this.remember(channel.beeps.at(-1) as Beep);
      this.hasNews = true;
    }
    this.dropTwins();
    this.follow(atS);
  }

  /** What was heard up to `nowSample` (by default the last frame). */
  read(nowSample?: number): CadenceReading {
    const nowS = nowSample === undefined ? this.nowS : nowSample / SAMPLE_RATE;
    const ageS = Math.abs(nowS - this.latestAtS);
    if (ageS >= READ_EVERY_S || (this.hasNews && ageS >= READ_AFTER_BEEP_S)) {
      this.latest = this.judge(nowS);
      this.latestAtS = nowS;
      this.hasNews = false;
    }
    return this.latest;
  }

  /** Forgets everything, for a source that was interrupted. */
  reset(): void {
    this.channels = [];
    this.remembered = [];
    this.latest = NO_CADENCE;
    this.latestAtS = -Infinity;
  }

  /** New tones get a channel; the most prominent one of the frame is the sweep's. */
  private follow(atS: number): void {
    const { spectrum } = this;
    spectrum.findPeaks(NEW_PROMINENCE);
    const { count, bins, prominences } = spectrum.peaks;
    let strongest = -1;
    for (let i = 0; i < count; i++) {
      const prominence = prominences[i] as number;
      if (strongest < 0 || prominence > (prominences[strongest] as number)) strongest = i;
      if (!this.isFollowed(bins[i] as number)) this.open(bins[i] as number, prominence, atS);
    }
    if (strongest < 0) this.sweep.push(0, 0, atS);
    else
      this.sweep.push(spectrum.hzAt(bins[strongest] as number), 10 * Math.log10(prominences[strongest] as number), atS);
  }

  private isFollowed(bin: number): boolean {
    for (const channel of this.channels) if (Math.abs(channel.bin - bin) <= 2) return true;
    return false;
  }

  private open(bin: number, prominence: number, atS: number): void {
    const { channels } = this;
    if (channels.length >= MOST_CHANNELS) {
      // The least promising gives way: silent for long, with few clear beeps to its name.
      const least = this.leastPromising();
      const { worthUntilS, isOn } = channels[least] as ToneChannel;
      const isFree = worthUntilS < atS || (prominence >= CLEAR_PROMINENCE && !isOn);
      if (!isFree) return;
      channels.splice(least, 1);
    }
    const channel = new ToneChannel(bin, atS);
    channel.update(this.spectrum, atS, FRAME_S);
    // Always at the end: the order tells the older of two twins.
    channels.push(channel);
  }

  private leastPromising(): number {
    let least = 0;
    let until = Infinity;
    this.channels.forEach(({ worthUntilS }, i) => {
      if (worthUntilS < until) [least, until] = [i, worthUntilS];
    });
    return least;
  }

  /**
   * A click opens channels beside a tone; when they have walked to it they hear what the first one hears. The one that this pitch
   * belongs to stays: a plate's old channel that an alarm has drawn to itself must not take the alarm's place.
   */
  private dropTwins(): void {
    const { channels } = this;
    for (let i = channels.length - 1; i > 0; i--) {
      const older = this.olderTwinOf(i);
      if (older < 0) continue;
      const isYoungers = (channels[i] as ToneChannel).beepsHere() > (channels[older] as ToneChannel).beepsHere();
      channels.splice(isYoungers ? older : i, 1);
    }
  }

  private olderTwinOf(i: number): number {
    const { channels } = this;
    const { bin } = channels[i] as ToneChannel;
    for (let k = 0; k < i; k++) if (Math.abs((channels[k] as ToneChannel).bin - bin) <= 1) return k;
    return -1;
  }

  private remember(beep: Beep): void {
    if (lengthS(beep) > LONGEST_CHIRP_S || beep.wanderHz > 40 || beep.prominenceDb < RARE_PROMINENCE_DB) return;
    this.remembered.push(beep);
    this.remembered = this.remembered.filter((old) => beep.endS - old.endS < LONG_MEMORY_S).slice(-MOST_REMEMBERED);
  }

  private judge(nowS: number): CadenceReading {
    const readings = this.channels.flatMap((channel) => readChannel(channel, nowS));
    const sweep = this.readSweep(nowS);
    if (sweep) readings.push(sweep);
    const best = readings.reduce((a, b) => (worthOf(b) > worthOf(a) ? b : a), NO_CADENCE);
    const rare = readRare(this.remembered, nowS);
    return fundamental(rare && rare.fit > best.fit ? rare : best, readings);
  }

  private readSweep(nowS: number): CadenceReading | null {
    const sweep = this.sweep.read();
    if (!sweep) return null;
    return {
      ...NO_CADENCE,
      pattern: 'sweep',
      toneHz: sweep.middleHz,
      onS: sweep.periodS,
      periodS: sweep.periodS,
      beeps: sweep.sweeps,
      groups: sweep.sweeps,
      fit: sweep.fit,
      regularity: sweep.fit,
      // A tone that moves, but always in the same way.
      toneStability: sweep.fit,
      flatness: 1,
      prominenceDb: sweep.prominenceDb,
      sinceSample: Math.max(0, Math.round(sweep.sinceS * SAMPLE_RATE)),
      lastSample: Math.round(nowS * SAMPLE_RATE),
      ended: false,
    };
  }
}

/** What is over explains nothing that sounds now; it is told only while nothing else is heard. */
const OVER = 1e-3;

/** Between patterns that fit alike the one that stands out more is what a person hears; without a pattern, the clearest tone. */
function worthOf({ fit, prominenceDb, toneStability, ended }: CadenceReading): number {
  const clarity = Math.min(1, Math.max(0, (prominenceDb - 8) / 15));
  const worth = (fit * (0.7 + 0.3 * clarity) + 1e-6 * prominenceDb ** 2) * (0.5 + 0.5 * toneStability);
  return ended ? OVER * worth : worth;
}

function readChannel(channel: ToneChannel, nowS: number): CadenceReading[] {
  const ongoing = channel.ongoing(nowS);
  if (ongoing && lengthS(ongoing) >= CONTINUOUS_S) return [continuous(ongoing, nowS)];
  const recent = channel.beeps.filter((beep) => nowS - beep.endS < PATTERN_WINDOW_S);
  const last = recent.at(-1);
  if (!last) return [];
  if (lengthS(last) >= CONTINUOUS_S) return [continuous(last, nowS)];
  const level = median(recent.map((beep) => beep.amplitude));
  // What is far weaker than the rest on the same frequency is an echo or another sound.
  const loud = recent.filter((beep) => beep.amplitude > 0.35 * level);
  // Rooms put dips into the start of a long beep that are as long as the gaps that echoes leave of T4's: whichever reading
  // makes a pattern is right.
  const whole = bridged(loud, LONGEST_DIP_S);
  const fitted = betterOf(bestPattern(loud), bestPattern(whole));
  return [fitted ? reading(fitted, nowS) : unfitted(whole, nowS)];
}

const betterOf = (a: Fitted | null, b: Fitted | null): Fitted | null => ((b?.fit ?? 0) > (a?.fit ?? 0) ? b : a);

function continuous(beep: Beep, nowS: number): CadenceReading {
  const quality = qualityOf([beep]);
  return {
    ...NO_CADENCE,
    ...quality,
    pattern: 'continuous',
    onS: lengthS(beep),
    beeps: 1,
    groups: 1,
    regularity: 1,
    fit: quality.toneStability * quality.flatness * Math.min(1, lengthS(beep) / (2 * CONTINUOUS_S)),
    ended: nowS - beep.endS > 2,
  };
}

function reading({ template, beeps, groups, periodS, repeats, regularity, fit }: Fitted, nowS: number): CadenceReading {
  const grouped = groups.flat();
  const gaps = groups.flatMap((group) => group.slice(1).map((beep, i) => beep.startS - (group[i] as Beep).endS));
  const last = beeps.at(-1) as Beep;
  const longestPauseS =
    template.cyclesS.length > 0 ? (periodS ?? (template.cyclesS[0] as number)) * 2 : 2 * median(gaps) + 1;
  return {
    ...NO_CADENCE,
    ...qualityOf(grouped),
    pattern: template.pattern,
    onS: median(grouped.map(lengthS)),
    offS: Math.max(0, median(gaps)),
    periodS,
    beeps: beeps.length,
    groups: groups.length,
    fit,
    repeats,
    regularity,
    ended: nowS - last.endS > longestPauseS,
  };
}

function unfitted(beeps: readonly Beep[], nowS: number): CadenceReading {
  return {
    ...NO_CADENCE,
    ...qualityOf(beeps),
    onS: median(beeps.map(lengthS)),
    beeps: beeps.length,
    ended: nowS - (beeps.at(-1)?.endS ?? 0) > 5,
  };
}

/** What comes once a minute: a low battery's chirp, or the groups of four of a CO alarm after its first minutes. */
function readRare(remembered: readonly Beep[], nowS: number): CadenceReading | null {
  const newest = remembered.at(-1);
  if (!newest) return null;
  const alike = remembered.filter((beep) => Math.abs(beep.hz - newest.hz) < 40 + 0.01 * newest.hz);
  const fitted = bestPattern(alike);
  if (fitted?.template.pattern === 't4' && fitted.groups.length >= 2) return reading(fitted, nowS);
  const alone = alike.filter((beep) => remembered.every((other) => isApart(beep, other)));
  const last = alone.at(-1);
  if (last !== newest || nowS - last.endS < 1) return null;
  const distances = alone.slice(1).map((beep, i) => beep.startS - (alone[i] as Beep).startS);
  const regular = distances.filter((distance) => distance >= CHIRP_PERIOD_S[0] && distance <= CHIRP_PERIOD_S[1]);
  const periodS = regular.length === 0 ? null : median(regular);
  const regularity = periodS === null ? 0 : Math.max(0, 1 - mean(regular.map((d) => Math.abs(d / periodS - 1))) / 0.25);
  const quality = qualityOf(alone);
  const evidence = [0.25, 0.75][regular.length] ?? 1;
  return {
    ...NO_CADENCE,
    ...quality,
    pattern: 'chirp',
    onS: median(alone.map(lengthS)),
    periodS,
    beeps: alone.length,
    groups: alone.length,
    regularity,
    fit: evidence * quality.toneStability * (periodS === null ? 1 : regularity),
    ended: nowS - last.endS > 1.5 * CHIRP_PERIOD_S[1],
  };
}

/** The click at the edge of a chirp shows at other frequencies too: what coincides with it is no second sound. */
function isApart(a: Beep, b: Beep): boolean {
  const distanceS = Math.abs(a.startS - b.startS);
  return distanceS < LONGEST_CHIRP_S / 4 || distanceS > CHIRP_ALONE_S;
}

function qualityOf(
  beeps: readonly Beep[],
): Pick<CadenceReading, 'toneHz' | 'toneStability' | 'flatness' | 'prominenceDb' | 'sinceSample' | 'lastSample'> {
  const toneHz = median(beeps.map((beep) => beep.hz));
  // Within beeps and from beep to beep.
  const wanderHz = mean(beeps.map((beep) => beep.wanderHz)) + mean(beeps.map((beep) => Math.abs(beep.hz - toneHz)));
  return {
    toneHz,
    toneStability: Math.max(0, 1 - wanderHz / 60),
    flatness: mean(beeps.map((beep) => beep.flatness)),
    prominenceDb: mean(beeps.map((beep) => beep.prominenceDb)),
    sinceSample: Math.max(0, Math.round((beeps[0]?.startS ?? 0) * SAMPLE_RATE)),
    lastSample: Math.max(0, Math.round((beeps.at(-1)?.endS ?? 0) * SAMPLE_RATE)),
  };
}

/** A square-wave sounder of 520 Hz beeps at 1560 and 2600 Hz too, and often stands out more there. */
function fundamental(best: CadenceReading, readings: readonly CadenceReading[]): CadenceReading {
  const { toneHz } = best;
  if (toneHz === null) return best;
  const below = readings.find(
    (other) =>
      other.pattern === best.pattern &&
      other.toneHz !== null &&
      other.toneHz < toneHz &&
      [3, 5, 7].some((n) => Math.abs(toneHz - n * (other.toneHz as number)) < BIN_HZ),
  );
  return below ? { ...best, toneHz: below.toneHz } : best;
}
