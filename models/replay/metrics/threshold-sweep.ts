import type { LabelMap } from '../../corpus/label-map.ts';
import type { PlayedSession } from '../play/played.ts';
import { isExcused, negativeSeconds, REFRACTORY_S, type Stage } from './product.ts';
import { contains } from './spans.ts';
import { ANSWER_S, truthOf, type LabelTruth, type Positive } from './truth.ts';

/** The results at one threshold. */
export interface SweepPoint {
  threshold: number;
  recall: number;
  misses: number;
  falseAlarms: number;
  falsePerHour: number;
}

export interface ThresholdSweep {
  positives: number;
  negativeHours: number;
  /** The points at all thresholds at which a result changes, from the lowest threshold to the highest. */
  points: SweepPoint[];
}

/** A score and its time. Depending on the time, it belongs to a sound or may be a false alert. */
interface Stray {
  atS: number;
  score: number;
}

/**
 * The thresholds that are tried. Steps of 0.5 %, and of 0.05 % near 1, because the scores of a well-trained head lie
 * there.
 */
const THRESHOLDS = [
  ...Array.from({ length: 198 }, (_, i) => (i + 1) / 200),
  ...Array.from({ length: 20 }, (_, i) => 0.9905 + i * 0.0005),
].map((t) => Math.round(t * 1e4) / 1e4);

/**
 * Sweeps all thresholds of one head. For the device stage, the sweep uses only the scores, without rhythm and rate
 * limit. For both stages, it uses the verifier's scores of the candidates that the device reports at its own threshold.
 */
export function sweep(label: string, sessions: readonly PlayedSession[], map: LabelMap, stage: Stage): ThresholdSweep {
  const found: number[] = [];
  const strays: Stray[][] = [];
  let negativeS = 0;
  for (const session of sessions) {
    const truth = truthOf(label, session, map);
    negativeS += negativeSeconds(session, truth).reduce((a, b) => a + b, 0);
    const scores = stage === 'device' ? evidenceOf(label, session) : verifiedOf(label, session);
    found.push(...truth.positives.map((positive) => highestIn(scores, positive)));
    strays.push(scores.filter((stray) => stray.score >= (THRESHOLDS[0] as number) && isStray(stray, truth)));
  }
  const negativeHours = negativeS / 3_600;
  const points = THRESHOLDS.map((threshold) => {
    const misses = found.filter((score) => score < threshold).length;
    const falseAlarms = strays.reduce((sum, session) => sum + countAt(session, threshold), 0);
    const recall = found.length === 0 ? 0 : 1 - misses / found.length;
    return {
      threshold,
      recall,
      misses,
      falseAlarms,
      falsePerHour: negativeHours === 0 ? 0 : falseAlarms / negativeHours,
    };
  });
  return {
    positives: found.length,
    negativeHours,
    points: points.filter((point, at) => isStep(point, points[at - 1])),
  };
}

/**
 * Whether the results differ from those at the next lower threshold. Thresholds with equal results become one point.
 */
const isStep = (point: SweepPoint, before: SweepPoint | undefined): boolean =>
  before === undefined || point.misses !== before.misses || point.falseAlarms !== before.falseAlarms;

function evidenceOf(label: string, { evidence }: PlayedSession): Stray[] {
  const seconds = evidence.seconds[evidence.labels.indexOf(label)] ?? [];
  return seconds.map((score, second) => ({ atS: second + 0.5, score }));
}

function verifiedOf(label: string, { alerts }: PlayedSession): Stray[] {
  return alerts.flatMap((alert) =>
    alert.label === label && alert.verifier ? [{ atS: alert.detectedS, score: alert.verifier.score }] : [],
  );
}

function highestIn(scores: readonly Stray[], { onsetS, offsetS }: Positive): number {
  let highest = 0;
  // Evidence is stored per second, so the second in which the sound begins is included as a whole.
  for (const { atS, score } of scores)
    if (atS >= onsetS - 0.5 && atS <= offsetS + ANSWER_S && score > highest) highest = score;
  return highest;
}

const isStray = ({ atS }: Stray, truth: LabelTruth): boolean =>
  !contains(truth.windows, atS) && !isExcused({ startS: atS, detectedS: atS }, truth);

function countAt(strays: readonly Stray[], threshold: number): number {
  let count = 0;
  let lastS = -Infinity;
  for (const { atS, score } of strays) {
    if (score < threshold || atS - lastS < REFRACTORY_S) continue;
    count++;
    lastS = atS;
  }
  return count;
}

/**
 * The point with the highest recall within a budget of false alerts; null when even the highest threshold exceeds the
 * budget.
 */
export function bestUnder({ points }: ThresholdSweep, falsePerHour: number): SweepPoint | null {
  const allowed = points.filter((point) => point.falsePerHour <= falsePerHour);
  return allowed.reduce<SweepPoint | null>(
    (best, point) => (best === null || point.recall > best.recall ? point : best),
    null,
  );
}

/** The area is computed up to this rate of false alerts per hour. Nobody would use a detector with a higher rate. */
export const AREA_TO_PER_HOUR = 20;

/**
 * Computes the area under the curve of recall over false alerts per hour (a step function, as in PSDS). A perfect head
 * has the area 1.
 */
export function areaOf({ points }: ThresholdSweep): number {
  const steps = points.toSorted((a, b) => a.falsePerHour - b.falsePerHour || b.recall - a.recall);
  let [area, atPerHour, recall] = [0, 0, 0];
  for (const point of steps) {
    if (point.falsePerHour > AREA_TO_PER_HOUR) break;
    area += recall * (point.falsePerHour - atPerHour);
    atPerHour = point.falsePerHour;
    recall = Math.max(recall, point.recall);
  }
  return (area + recall * (AREA_TO_PER_HOUR - atPerHour)) / AREA_TO_PER_HOUR;
}
