/**
 * Computes decision.json and the levels of each head from recorded streams: weights are fitted on one half of the
 * streams, and thresholds are set on the other half.
 */
import { evidenceNames } from '@earshot/device/detect/evidence.ts';
import type { Decision, LabelDecision, Levels, Threshold } from '@earshot/shared/contracts/release.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { z } from 'zod';
import { bagsOf, type Bag } from './bags.ts';
import { figuresOf, floorFor, levelsOf, probabilityOf } from './device-levels.ts';
import { fitDecision, type Fitted, type Sign } from './fit-decision.ts';
import { policyOf } from './policy.ts';
import { RecordedDevice } from './recorded-device.ts';
import type { RecordedStream } from './recorded-stream.ts';

export interface Calibrated {
  decision: Decision;
  levels: Record<string, z.infer<typeof Levels>>;
}

/** The time windows of the evidence, the same for every label. */
const WINDOWS: Decision['windows'] = { shortS: 0.4, recentS: 2, longS: 8, peakS: 3 };
/** The detector evaluates the evidence three times a second. */
const EVERY_STEPS = 8;
/**
 * The log-odds (powers of ten) of a head are limited to odds of 100 to 1, because a head that does not know a timbre is
 * too certain that there is no alarm.
 */
const ODDS_LIMIT = 2;
const HEARD_EVERY_S = 10;

/** What is fitted of a label's decision; the rest is `policy.ts`. */
export type Rules = Pick<LabelDecision, 'bias' | 'weights' | 'floor'>;

/** A decision that reports nothing. It is used to record evidence. */
export function silentDecision(labels: readonly string[]): Decision {
  const silent = { bias: -10, weights: {}, floor: 1 };
  return decisionOf(Object.fromEntries(labels.map((label) => [label, ruledBy(label, silent)])));
}

/**
 * Fits the weights on one half of the streams, and sets the floors on the other half. Labels in `kept` keep these weights
 * and this floor instead.
 */
export function fitDecisionTo(
  labels: readonly string[],
  streams: readonly RecordedStream[],
  kept: Readonly<Record<string, Rules>> = {},
): Decision {
  const rules = labels.map((label) => [label, ruledBy(label, kept[label] ?? rulesOf(label, labels, streams))] as const);
  return decisionOf(Object.fromEntries(rules));
}

/**
 * Sets the thresholds on the streams that no weight was fitted to. They must contain every kind of stream. Labels in
 * `kept` keep these thresholds, and only their figures are counted.
 */
export function levelsUnder(
  { labels: rules }: Decision,
  labels: readonly string[],
  streams: readonly RecordedStream[],
  kept: Calibrated['levels'] = {},
): Calibrated['levels'] {
  return Object.fromEntries(
    labels.map((label) => {
      const ofLabel = rules[label] as LabelDecision;
      const { floor } = ofLabel;
      const device = new RecordedDevice(label, labels, ofLabel);
      const tracks = streams.map((stream) => device.on(stream));
      const same = kept[label];
      if (!same) return [label, levelsOf(label, tracks, floor)];
      const again = (level: Level): Threshold => figuresOf(tracks, { threshold: same[level].threshold, floor });
      return [label, { low: again('low'), medium: again('medium'), high: again('high') }];
    }),
  );
}

function rulesOf(label: string, labels: readonly string[], streams: readonly RecordedStream[]): Rules {
  const names = evidenceNames(labels);
  const { indices, signs } = weighedFor(label, names);
  const known = streams
    .filter((_, n) => !setsThresholds(n))
    .flatMap((stream) => bagsOf(label, stream, names.length))
    .filter(isEvaluated);
  const fitted = asReleased(fitDecision([...known, ...withUnknownTimbre(label, names, known)], indices, signs));
  const weights = indices.flatMap((index, i) => {
    const weight = fitted.weights[i] as number;
    return weight === 0 ? [] : [[names[index] as string, weight] as const];
  });
  const rules = { bias: fitted.bias, weights: Object.fromEntries(weights) };
  const device = new RecordedDevice(label, labels, { ...rules, ...policyOf(label).events });
  const tracks = streams.filter((_, n) => setsThresholds(n)).map((stream) => device.on(stream));
  return { ...rules, floor: Math.max(floorFor(label, tracks), plainToneUnder(label, rules)) };
}

/** A steady tone far above the room: of the evidence without a head's score or a rhythm the most that a plain sound has. */
const PLAIN_TONE: Readonly<Record<string, number>> = { pitch_stability: 1, level: 4 };

/**
 * The probability of a loud, steady tone that no head knows. A label that is recognised by its rhythm must not be suspected
 * because of such a tone: the hum of a refrigerator would hold an event open for hours, and a later alarm would be part of it.
 */
function plainToneUnder(label: string, { bias, weights }: Pick<Rules, 'bias' | 'weights'>): number {
  if (policyOf(label).rhythms.length === 0) return 0;
  const odds = Object.entries(PLAIN_TONE).reduce((sum, [name, value]) => sum + value * (weights[name] ?? 0), bias);
  return probabilityOf(odds);
}

/** Every second stream: the thresholds are set on it, and no weight is fitted to it. */
export const setsThresholds = (stream: number): boolean => stream % 2 === 1;

/** From this value of the rhythm's evidence (nats per frame) on, the rhythm cannot be a coincidence. */
const LEAST_PROOF = 0.3;

/**
 * Copies the events with a standard rhythm and sets the head's evidence in them to 0, as if the head did not know their
 * timbre. With these copies the fit learns that the rhythm alone must be enough. The recorded streams have no such
 * events, because the network was trained on every timbre in them.
 */
function withUnknownTimbre(label: string, names: readonly string[], bags: readonly Bag[]): Bag[] {
  const { rhythms } = policyOf(label);
  const groups = names.flatMap((name, i) => (rhythms.some((rhythm) => name === `groups_${rhythm}`) ? [i] : []));
  const ofHead = names.flatMap((name, i) => (name.endsWith(`_${label}`) ? [i] : []));
  const isInRhythm = (row: Float32Array): boolean => groups.some((i) => (row[i] as number) > LEAST_PROOF);
  return bags
    .filter(({ isReal, rows }) => isReal && rows.some(isInRhythm))
    .map((bag) => ({
      ...bag,
      rows: bag.rows.map((row) => row.map((value, i) => (ofHead.includes(i) ? 0 : value))),
    }));
}

/** Whether the detector made any evaluation during the event. While the energy gate is closed it makes none. */
const isEvaluated = ({ rows }: Bag): boolean => rows.length > 0;

/**
 * Rounds the weights to the four digits of decision.json, so that thresholds and figures belong to exactly the weights
 * that are released.
 */
function asReleased({ bias, weights }: Fitted): Fitted {
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  return { bias: round(bias), weights: weights.map(round) };
}

/**
 * The evidence that a label uses: what is measured for all labels, everything from its own head, and the other heads'
 * scores where they are positive.
 */
function weighedFor(label: string, names: readonly string[]): { indices: number[]; signs: Sign[] } {
  const indices: number[] = [];
  const signs: Sign[] = [];
  names.forEach((name, i) => {
    const sign = signOf(label, name);
    if (sign === null) return;
    indices.push(i);
    signs.push(sign);
  });
  return { indices, signs };
}

function signOf(label: string, name: string): Sign | null {
  const { rhythms } = policyOf(label);
  const isRhythmEnough = rhythms.length > 0;
  const [, pattern] = /^(?:rhythm|groups|alone)_(.*)$/.exec(name) ?? [];
  if (pattern !== undefined) return !isRhythmEnough ? 0 : rhythms.some((one) => one === pattern) ? 1 : -1;
  const [, groupsOf] = /^(?:differ|faint|filled)_(.*)$/.exec(name) ?? [];
  if (groupsOf !== undefined) return rhythms.some((one) => one === groupsOf) ? -1 : null;
  if (name === 'pitch_stability') return 0;
  if (name === 'level') return isRhythmEnough ? 1 : null;
  if (name === 'cut_off') return 1;
  if (!name.endsWith(`_${label}`)) return name.startsWith('sure_') ? -1 : null;
  if (isRhythmEnough) return NEVER_AGAINST.test(name) ? 1 : null;
  if (name.startsWith('lasting_')) return null;
  return name.startsWith('quiet_') ? -1 : 1;
}

/**
 * Kinds of evidence from a label's own head that are 0 unless the head is certain. They must never count against the
 * label.
 */
const NEVER_AGAINST = /^(sure|lasting|duration|sounding)_/;

const ruledBy = (label: string, { bias, weights, floor }: Rules): LabelDecision => ({
  bias,
  weights,
  floor,
  ...policyOf(label).events,
});

const decisionOf = (labels: Decision['labels']): Decision => ({
  schema: 1,
  everySteps: EVERY_STEPS,
  windows: WINDOWS,
  oddsLimit: ODDS_LIMIT,
  heardEveryS: HEARD_EVERY_S,
  labels,
});
