import { describe, expect, test } from '@jest/globals';
import { CADENCE_PATTERNS } from '../contracts/candidate.ts';
import { KNOWN_LABELS } from '../labels.ts';
import { clipForVerifier } from './verifier-clip.ts';
import {
  EVIDENCE_SIZE,
  evidenceVector,
  OLD_AT,
  PROOF_AT,
  SCORES_AT,
  EARLY_AT,
  DIFFER_AT,
} from './verifier-evidence.ts';

const RATE = 16_000;
const counted = (seconds: number): Float32Array => Float32Array.from({ length: seconds * RATE }, (_, i) => i + 1);

describe("the verifier's clip", () => {
  test('a clip of the right length is taken as it is', () => {
    const samples = counted(10);
    expect(clipForVerifier(samples, { eventStartS: 3 }, 10)).toEqual(samples);
  });

  test('a shorter clip is padded with silence at its end', () => {
    const clip = clipForVerifier(counted(4), { eventStartS: 1 }, 10);
    expect(clip).toHaveLength(160_000);
    expect(clip[0]).toBe(1);
    expect(clip[4 * RATE - 1]).toBe(4 * RATE);
    expect(clip.subarray(4 * RATE).every((x) => x === 0)).toBe(true);
  });

  test('a longer clip is cut so that it starts a second before the event', () => {
    expect(clipForVerifier(counted(20), { eventStartS: 6 }, 10)[0]).toBe(5 * RATE + 1);
  });

  test('an event near either end still gives a full clip', () => {
    expect(clipForVerifier(counted(20), { eventStartS: 0.2 }, 10)[0]).toBe(1);
    const late = clipForVerifier(counted(20), { eventStartS: 19.5 }, 10);
    expect(late).toHaveLength(160_000);
    expect(late.at(-1)).toBe(20 * RATE);
  });
});

describe('the evidence', () => {
  const cadence = {
    pattern: 't3',
    toneHz: 2_000,
    onS: 0.5,
    offS: 0.5,
    periodS: 4,
    beeps: 7,
    groups: 3,
    fit: 0.9,
  } as const;
  const vector = evidenceVector({ label: 'co_alarm', why: { cadence, scores: { smoke_alarm: 0.7, dog_bark: 0.1 } } });

  test('has the input size of a release’s network', () => {
    expect(vector).toHaveLength(EVIDENCE_SIZE);
    expect(EVIDENCE_SIZE).toBe(37);
  });

  test('has label, pattern, measured times and scores at the documented indices', () => {
    const labels = KNOWN_LABELS.length;
    expect([...vector.subarray(0, labels)]).toEqual(KNOWN_LABELS.map((label) => Number(label === 'co_alarm')));
    expect(vector[labels + CADENCE_PATTERNS.indexOf('t3')]).toBe(1);
    const times = [...vector.subarray(labels + CADENCE_PATTERNS.length, labels + CADENCE_PATTERNS.length + 8)];
    [1, 1, 0.5, 0.5, 0.4, 0.75, 0.5, 0.9].forEach((value, i) => expect(times[i]).toBeCloseTo(value, 6));
    expect(vector[SCORES_AT + KNOWN_LABELS.indexOf('smoke_alarm')]).toBeCloseTo(0.7, 6);
  });

  test("has the proof of the cadence's own rhythm (at most 2), and whether a repetition was measured", () => {
    const proofOf = (evidence: Record<string, number>): number[] => [
      ...evidenceVector({ label: 'smoke_alarm', why: { cadence, scores: {}, evidence } }).subarray(PROOF_AT, OLD_AT),
    ];
    expect(proofOf({ rhythm_t3: 0.75, rhythm_t4: 1.5 })).toEqual([0.75, 1]);
    expect(proofOf({ rhythm_t3: 7 })).toEqual([2, 1]);
    expect(proofOf({ rhythm_t3: 0, rhythm_t4: 1.5 })).toEqual([0, 0]);
    // A repetition by chance: crickets and appliances have such proofs.
    expect(proofOf({ rhythm_t3: 0.09 })).toEqual([0, 0]);
    expect([...vector.subarray(PROOF_AT, OLD_AT)]).toEqual([0, 0]);
  });

  test('has the age of the sound: old is what the device has reported for minutes and what does not stand out', () => {
    const oldOf = (evidence?: Record<string, number>): number | undefined =>
      evidenceVector({ label: 'smoke_alarm', why: { cadence, scores: {}, ...(evidence && { evidence }) } })[OLD_AT];
    expect(oldOf({ level: 0.3, open_s: 300 })).toBe(1);
    expect(oldOf({ level: 0.5, open_s: 300 })).toBeCloseTo(0.5, 6);
    expect(oldOf({ level: 0.3, open_s: 90 })).toBeCloseTo(0.5, 6);
    expect(oldOf({ level: 2, open_s: 300 })).toBe(0);
    expect(oldOf({ level: 0, open_s: 50 })).toBe(0);
    expect(oldOf({ level: 0 })).toBe(0);
    expect(oldOf({ open_s: 300 })).toBe(0);
    expect(oldOf()).toBe(0);
  });

  test('a high tone that the device has known for minutes is old, too, however loud the voices beside it are', () => {
    const oldOf = (known_s: number): number | undefined =>
      evidenceVector({
        label: 'smoke_alarm',
        why: { cadence, scores: {}, evidence: { level: 2, open_s: 300, known_s } },
      })[OLD_AT];
    expect(oldOf(120)).toBe(1);
    expect(oldOf(90)).toBeCloseTo(0.5, 6);
    expect(oldOf(60)).toBe(0);
    expect(oldOf(0)).toBe(0);
  });

  test('says whether the report comes early, if the device sends it', () => {
    const earlyOf = (evidence?: Record<string, number>): number | undefined =>
      evidenceVector({ label: 'smoke_alarm', why: { cadence, scores: {}, ...(evidence && { evidence }) } })[EARLY_AT];
    expect(earlyOf({ early: 1 })).toBe(1);
    expect(earlyOf({ early: 0 })).toBe(0);
    // Older devices report the repetition only ten seconds later, and do not send it.
    expect(earlyOf({ open_s: 0 })).toBe(0);
    expect(earlyOf()).toBe(0);
  });

  test("has the difference of the cadence's own groups, if the device sends it", () => {
    const t4 = { ...cadence, pattern: 't4' } as const;
    const differOf = (evidence?: Record<string, number>): number | undefined =>
      evidenceVector({ label: 'co_alarm', why: { cadence: t4, scores: {}, ...(evidence && { evidence }) } })[DIFFER_AT];
    expect(differOf({ rhythm_t4: 0.3, differ_t4: 0.25 })).toBe(0.25);
    expect(differOf({ rhythm_t4: 0.3, differ_t3: 0.25 })).toBe(0);
    expect(differOf({ rhythm_t4: 0.3 })).toBe(0);
    expect(differOf()).toBe(0);
  });

  test('is zero for an unknown label and for a sound without a tone', () => {
    const none = { ...cadence, pattern: 'none', toneHz: null, periodS: null } as const;
    const unknown = evidenceVector({ label: 'gunshot', why: { cadence: none, scores: {} } });
    expect([...unknown.subarray(0, KNOWN_LABELS.length)].every((x) => x === 0)).toBe(true);
    expect(unknown.every(Number.isFinite)).toBe(true);
  });
});
