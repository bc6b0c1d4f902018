import { labelInfo } from '@earshot/shared/labels.ts';
import type { PlayedAlert } from '../play/played.ts';
import { isAlerted, ProvingBench, type Cut } from './proving-bench.ts';
import { SOUND_SETS } from './proving-set.ts';
import type { ProveOptions } from './prove.ts';
import { provingSound } from './proving-sets.ts';
import { at, RATE } from './tone.ts';

/** A change in how a stream is played. It must not change any decision. */
interface Way extends Cut {
  name: string;
  /** The stream starts this many seconds later, so there is less noise before the sound. */
  laterS: number;
}

const LEAD_S = 20;
const WHOLE = { laterS: 0, block: RATE, gate: false };
const WAYS: readonly Way[] = [
  ...[1.37, 4.003, 9.5, 13.781, 20].map((laterS) => ({ ...WHOLE, name: `started ${laterS} s later`, laterS })),
  ...[160, 317, 1_024, 12_345].map((block) => ({ ...WHOLE, name: `blocks of ${block} samples`, block })),
  { ...WHOLE, name: 'gate on', gate: true },
];

export interface WayOutcome {
  way: string;
  streams: number;
  /**
   * Number of streams with the same candidates of the device. Rejected candidates and labels that are off by default
   * count, too.
   */
  sameCandidates: number;
  /** The streams whose alerts differ from those of the unchanged stream. */
  differences: { name: string; usual: string; here: string }[];
  /** The largest time difference between two matching alerts. */
  latestS: number;
}

/** Number of streams from each set if no count is given. */
const STREAMS = 36;

/**
 * Plays the same streams in several ways and compares the decisions. Labels and verdicts must be the same, and times
 * may differ by one decision step.
 */
export async function proveShifts({
  releaseDir,
  stage,
  level,
  seed,
  count,
  signal,
}: ProveOptions): Promise<WayOutcome[]> {
  const bench = await ProvingBench.open(releaseDir, stage, level);
  const outcomes = WAYS.map(({ name }): WayOutcome => ({
    way: name,
    streams: 0,
    sameCandidates: 0,
    differences: [],
    latestS: 0,
  }));
  try {
    for (let n = 0; n < (count ?? STREAMS); n++) {
      signal.throwIfAborted();
      const set = SOUND_SETS[n % SOUND_SETS.length] ?? 'alarms';
      // Take every third pair, because these sound together and are short, and every fifth sound of the other sets, so
      // that all kinds occur.
      const { name, samples } = provingSound(set, seed, set === 'pairs' ? 3 * n : 5 * n, LEAD_S);
      const usual = await bench.candidatesOf(samples);
      for (const [w, way] of WAYS.entries()) {
        const heard = await bench.candidatesOf(samples.subarray(at(way.laterS)), way);
        const here = heard.map((alert) => ({ ...alert, detectedS: alert.detectedS + way.laterS }));
        compare(outcomes[w] as WayOutcome, name, usual, here, bench.stepSamples / RATE);
      }
    }
  } finally {
    await bench.close();
  }
  return outcomes;
}

function compare(
  outcome: WayOutcome,
  name: string,
  usual: readonly PlayedAlert[],
  here: readonly PlayedAlert[],
  stepS: number,
): void {
  outcome.streams++;
  if (apartS(usual, here) <= stepS) outcome.sameCandidates++;
  const [before, after] = [usual.filter(isReported), here.filter(isReported)];
  const latestS = apartS(before, after);
  if (latestS > stepS) outcome.differences.push({ name, usual: words(before), here: words(after) });
  else outcome.latestS = Math.max(outcome.latestS, latestS);
}

/** The alerts that would reach a person: confirmed, with a label that is on in a new home. */
const isReported = (alert: PlayedAlert): boolean => isAlerted(alert) && labelInfo(alert.label).modes.length > 0;

/** Returns the largest difference in time, rounded to milliseconds, or Infinity when labels or verdicts differ. */
function apartS(usual: readonly PlayedAlert[], here: readonly PlayedAlert[]): number {
  const [before, after] = [inOrder(usual), inOrder(here)];
  if (before.length !== after.length) return Infinity;
  const times = before.map((alert, n) => {
    const other = after[n] as PlayedAlert;
    if (alert.label !== other.label || isAlerted(alert) !== isAlerted(other)) return Infinity;
    return Math.abs(alert.detectedS - other.detectedS);
  });
  return Math.round(1_000 * Math.max(0, ...times)) / 1_000;
}

/** Sorts alerts, because two labels that are decided in the same step have no defined order. */
const inOrder = (alerts: readonly PlayedAlert[]): PlayedAlert[] =>
  [...alerts].sort((a, b) => a.label.localeCompare(b.label) || a.detectedS - b.detectedS);

const words = (alerts: readonly PlayedAlert[]): string =>
  inOrder(alerts)
    .map(({ label, detectedS }) => `${label} at ${detectedS.toFixed(2)} s`)
    .join(', ') || 'nothing';
