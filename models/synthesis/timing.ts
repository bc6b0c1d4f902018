import type { Random } from './random.ts';
import type { Beep } from './sound.ts';

export const ALARM_PATTERNS = ['t3', 't4', 'steady', 'fast', 'sweep', 'continuous', 'warble'] as const;
export type AlarmPattern = (typeof ALARM_PATTERNS)[number];

/** How long the beeps and pauses of one alarm unit are. A group repeats every `periodS`. */
export interface Timing {
  pattern: AlarmPattern;
  onS: number;
  offS: number;
  beepsPerGroup: number;
  /** Silence after a group, in addition to `offS`: 1.5 s in T3, 5 s in T4. */
  pauseS: number;
  /** How far the alarm unit differs from the standard, in per cent, for the slices of the report. */
  errorPercent: number;
}

/**
 * T3: three beeps of 0.5 s, 0.5 s apart, then 1.5 s of silence (ISO 8201; +-10 %). T4: four beeps of 0.1 s, 0.1 s
 * apart, then 5 s of silence (UL 2034), and 60 s from the fifth minute on. Steady and fast beeps, sweeps, warbles and
 * continuous tones are patterns of EN 14604 alarm units. EN 14604 fixes only the loudness, so the ranges are those of
 * recorded alarm units; some on the market have long beeps with hardly a pause.
 */
export function timingOf(
  random: Random,
  pattern: AlarmPattern,
  options: { late?: boolean; errorPercent?: number } = {},
): Timing {
  // The timing error of an alarm unit is random. In five of six units it is within the standard's tolerance; in one of
  // six it is larger (worn clocks; measured: 0.44 s on, 0.34 s off).
  const spread = random.chance(1 / 6) ? 0.22 : 0.1;
  const error = options.errorPercent === undefined ? null : options.errorPercent / 100;
  const near = (seconds: number): number => seconds * (1 + (error ?? random.uniform(-spread, spread)));
  const of = (onS: number, offS: number, beepsPerGroup: number, pauseS: number, standardOnS: number): Timing => ({
    pattern,
    onS,
    offS,
    beepsPerGroup,
    pauseS,
    errorPercent: Math.round((onS / standardOnS - 1) * 100),
  });
  switch (pattern) {
    case 't3':
      return of(near(0.5), near(0.5), 3, near(1.5), 0.5);
    case 't4':
      return of(near(0.1), near(0.1), 4, options.late ? near(60) : near(5), 0.1);
    case 'steady': {
      const onS = near(random.logUniform(0.35, 1));
      return of(onS, near(random.logUniform(0.04, 0.6)), 1, 0, onS);
    }
    case 'fast': {
      const onS = random.uniform(0.1, 0.35);
      return of(onS, random.logUniform(0.035, 0.3), 1, 0, onS);
    }
    case 'sweep': {
      const onS = random.uniform(0.15, 1.2);
      return of(onS, random.chance(0.5) ? 0 : random.uniform(0.03, 0.5), 1, 0, onS);
    }
    case 'warble':
    case 'continuous':
      return of(Infinity, 0, 1, 0, Infinity);
  }
}

/**
 * The beeps within `durationS`. One cycle in `mutedEvery` is silent, counted from `mutedFrom`, because interconnected
 * alarm units listen to one another in the silence.
 */
export function beepsOf(
  timing: Timing,
  durationS: number,
  {
    startS = 0,
    mutedEvery = 0,
    mutedFrom = 0,
    maxGroups = Infinity,
  }: { startS?: number; mutedEvery?: number; mutedFrom?: number; maxGroups?: number } = {},
): Beep[] {
  if (timing.onS === Infinity) return [{ startS, lengthS: durationS - startS }];
  const beeps: Beep[] = [];
  let atS = startS;
  for (let group = 0; group < maxGroups && atS < durationS; group++) {
    const muted = mutedEvery > 0 && (group + mutedFrom) % mutedEvery === mutedEvery - 1;
    for (let beep = 0; beep < timing.beepsPerGroup; beep++) {
      if (!muted && atS < durationS) beeps.push({ startS: atS, lengthS: Math.min(timing.onS, durationS - atS) });
      atS += timing.onS + (beep < timing.beepsPerGroup - 1 || timing.pauseS === 0 ? timing.offS : 0);
    }
    atS += timing.pauseS;
  }
  return beeps;
}
