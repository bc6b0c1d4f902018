/** The rhythms that standards define, in seconds. */
export interface GroupTemplate {
  pattern: 't3' | 't4';
  beeps: number;
  onS: number;
  offS: number;
  /** Seconds from the start of one group to the start of the next. A standard may allow several cycles. */
  cyclesS: readonly number[];
  /** Whether a room's echo fades within the gaps between the beeps. If not, a filled gap proves nothing. */
  gapsStayOpen: boolean;
  /** Whether it is measured how the beeps sound (`BeepSound`): appliances beep in groups of three equal beeps, too. */
  isSoundMeasured: boolean;
}

/**
 * T3: ISO 8201 (and NFPA 72): three pulses of 0.5 s, 0.5 s apart, then 1.5 s of silence.
 * T4: UL 2034 (and NFPA 720): four pulses of 0.1 s, 0.1 s apart, then 5 s of silence; once a minute after the first four minutes.
 * Both allow each time to be 10 % off.
 */
export const T3: GroupTemplate = {
  pattern: 't3',
  beeps: 3,
  onS: 0.5,
  offS: 0.5,
  cyclesS: [4],
  gapsStayOpen: true,
  isSoundMeasured: false,
};
export const T4: GroupTemplate = {
  pattern: 't4',
  beeps: 4,
  onS: 0.1,
  offS: 0.1,
  cyclesS: [5.75, 60],
  gapsStayOpen: false,
  isSoundMeasured: true,
};
export const TOLERANCE = 0.1;

/**
 * The longest silence within a sounding alarm: T4's 5 s, or a T3 cycle that an interconnected alarm unit mutes between
 * two pauses of 1.5 s.
 */
export const LONGEST_PAUSE_S = (1 + TOLERANCE) * Math.max(5, 4 + 1.5);

/**
 * Even beeps without groups. No standard defines their rhythm (EN 14604 requires only a loudness), so the limits are
 * those of recorded alarm units.
 */
export interface EvenPattern {
  pattern: 'steady' | 'fast';
  onS: readonly [number, number];
  stepS: readonly [number, number];
  /**
   * Up to `beepsForNone` even beeps may be chance or a standard's group (fit 0). From `beepsForAll` beeps on the fit is
   * 1.
   */
  beepsForNone: number;
  beepsForAll: number;
}

export const EVEN_PATTERNS: Readonly<Record<'steady' | 'fast', EvenPattern>> = {
  steady: { pattern: 'steady', onS: [0.25, 1.6], stepS: [0.6, 2.6], beepsForNone: 3, beepsForAll: 8 },
  fast: { pattern: 'fast', onS: [0.05, 0.45], stepS: [0.12, 0.6], beepsForNone: 4, beepsForAll: 16 },
};
