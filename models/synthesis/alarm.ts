import type { Random } from './random.ts';
import { addAt, normalise, samplesOf, type Beep, type Synthesised } from './sound.ts';
import { addBeep, type Band, type Sounder } from './sounder.ts';
import type { Timbre } from './timbre.ts';
import { beepsOf, timingOf, type AlarmPattern, type Timing } from './timing.ts';
import { drawUnit } from './unit.ts';
import { speak } from './voice.ts';

export interface AlarmOptions {
  durationS: number;
  pattern?: AlarmPattern;
  band?: Band;
  /** The timbre. Absent: the usual timbre of the given band, or a random one if no band is given. */
  timbre?: Timbre;
  /** One cycle in four is silent. In these cycles, interconnected alarm units listen to one another. */
  muted?: boolean;
  units?: number;
  voice?: boolean;
  /** By how many per cent all times of the pattern are longer than in the standard. Absent: a random error. */
  timingErrorPercent?: number;
  /** Number of groups that sound. It is smaller when an alarm was hushed or a clip was cut. */
  maxGroups?: number;
  /**
   * Whether a CO alarm has sounded for more than four minutes; its groups are then a minute apart. Absent: chosen at
   * random, but only if two such groups fit into the sound.
   */
  late?: boolean;
}

/** The shortest sound that can contain two groups that are a minute apart. */
const LATE_FITS_S = 70;

const SMOKE_PATTERNS = { t3: 0.5, steady: 0.12, fast: 0.22, sweep: 0.07, warble: 0.04, continuous: 0.05 } as const;

export const smokeAlarm = (random: Random, options: AlarmOptions): Synthesised =>
  alarm(random, 'smoke_alarm', options.pattern ?? random.weighted(SMOKE_PATTERNS), options);

export const coAlarm = (random: Random, options: AlarmOptions): Synthesised =>
  alarm(random, 'co_alarm', options.pattern ?? 't4', options);

const SPOKEN = {
  smoke_alarm: ['fair-fair', 'fair-fair-fair', 'e-uaei-fair'],
  co_alarm: ['uori-aoaoi', 'uarii-arouo-oaai'],
};

function alarm(
  random: Random,
  kind: 'smoke_alarm' | 'co_alarm',
  pattern: AlarmPattern,
  options: AlarmOptions,
): Synthesised {
  const first = drawUnit(random, pattern, options);
  const late = options.late ?? (pattern === 't4' && options.durationS > LATE_FITS_S && random.chance(0.15));
  const timing = timingOf(random, pattern, {
    late,
    ...(options.timingErrorPercent === undefined ? {} : { errorPercent: options.timingErrorPercent }),
  });
  const grouped = timing.pauseS > 0;
  const muted = options.muted ?? (grouped && random.chance(0.2));
  const units = options.units ?? (random.chance(0.2) ? random.integer(2, 3) : 1);
  const voice = options.voice ?? (grouped && random.chance(0.2));

  const samples = new Float32Array(samplesOf(options.durationS));
  const schedule = {
    mutedEvery: muted ? (random.chance(0.7) ? 4 : random.integer(3, 6)) : 0,
    mutedFrom: random.integer(0, 2),
    ...(options.maxGroups === undefined ? {} : { maxGroups: options.maxGroups }),
  };
  const beeps = beepsOf(timing, options.durationS, schedule);
  for (const beep of beeps) addBeep(samples, first, beep, random);
  for (let unit = 1; unit < units; unit++) addUnit(random, samples, first, timing, options.durationS, schedule);
  normalise(samples);
  if (voice) addVoice(random, samples, kind, timing, beeps);
  return {
    kind,
    samples,
    beeps,
    slices: {
      pattern,
      band: first.band,
      timbre: first.timbre,
      muted: muted ? 'yes' : 'no',
      timing: timingSlice(timing.errorPercent),
      units: String(units),
      voice: voice ? 'yes' : 'no',
      groups: String(Math.min(options.maxGroups ?? 99, Math.ceil(options.durationS / periodOf(timing)))),
    },
  };
}

/**
 * Adds an alarm unit in a different room, which is quieter and not synchronous. It is mostly the same model with nearly
 * the same pitch and times.
 */
function addUnit(
  random: Random,
  samples: Float32Array,
  first: Sounder,
  timing: Timing,
  durationS: number,
  schedule: { mutedEvery: number; mutedFrom: number; maxGroups?: number },
): void {
  const drift = 1 + random.normal(0, 0.008);
  const model = random.chance(0.75) ? first : drawUnit(random, timing.pattern, {});
  const own: Sounder = {
    ...model,
    toneHz: model.toneHz * drift,
    otherHz: model.otherHz * drift,
    chordHz: model.chordHz * drift,
  };
  const pace = 1 + random.normal(0, 0.01);
  const times: Timing = { ...timing, onS: timing.onS * pace, offS: timing.offS * pace, pauseS: timing.pauseS * pace };
  const gain = random.uniform(0.1, 0.8);
  const startS = random.chance(0.4) ? random.uniform(0, 0.05) : random.uniform(0, Math.min(4, durationS / 2));
  for (const beep of beepsOf(times, durationS, { ...schedule, startS })) addBeep(samples, own, beep, random, gain);
}

const periodOf = ({ onS, offS, beepsPerGroup, pauseS }: Timing): number =>
  onS === Infinity ? Infinity : beepsPerGroup * onS + (beepsPerGroup - 1) * offS + (pauseS || offS);

/** Adds the speech of a voice alarm in the pause after each group. */
function addVoice(
  random: Random,
  samples: Float32Array,
  kind: keyof typeof SPOKEN,
  timing: Timing,
  beeps: readonly Beep[],
): void {
  const words = normalise(speak(random, random.pick(SPOKEN[kind]), 1.3), random.logUniform(0.1, 1));
  beeps.forEach(({ startS, lengthS }, i) => {
    const next = beeps[i + 1]?.startS ?? Infinity;
    const endS = startS + lengthS;
    if (next - endS > timing.offS * 1.5) addAt(samples, words, samplesOf(endS + 0.1));
  });
}

/** How far the length of the beeps differs from the standard, in the classes of the report's slices. */
const timingSlice = (errorPercent: number): string => {
  const off = Math.abs(errorPercent);
  if (!Number.isFinite(errorPercent) || off < 5) return 'within 5 %';
  return off <= 10 ? '5 to 10 %' : 'over 10 %';
};
