import { expect, test } from '@jest/globals';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { Summary } from './summary.ts';

const AT = '2026-01-01T00:00:00.000Z';
const NONE = { pattern: 'none', toneHz: null, onS: 0, offS: 0, periodS: null, beeps: 0, groups: 0, fit: 0 } as const;

function evidence(candidateId: string, verdict: Incident['verdict']): Incident['evidence'][number] {
  return {
    candidateId,
    deviceId: 'd',
    deviceName: 'kitchen-pi',
    room: '',
    label: 'smoke_alarm',
    startedAt: AT,
    detectedAt: AT,
    late: false,
    mode: null,
    why: { text: 'three beeps', cadence: NONE, scores: {}, reasons: [], evidence: {}, levelDbfs: -24 },
    deviceScore: 0.9,
    verdict,
    verifierScore: 0.9,
    ignored: false,
    clip: null,
  };
}

function incident(given: Partial<Incident>): Incident {
  const about = { acknowledged: null, feedback: null, notified: 1, notSent: null, summary: '', devices: [] };
  const times = { startedAt: AT, lastHeardAt: AT, updatedAt: AT };
  const what = { id: 'i', label: 'smoke_alarm', class: 'safety', state: 'open', verdict: 'confirmed' } as const;
  return {
    ...what,
    ...times,
    ...about,
    clearedAt: null,
    test: false,
    late: false,
    ignored: false,
    evidence: [],
    ...given,
  };
}

test('an incident starts with its first candidate that was not rejected, in the time of the recording', () => {
  const summary = new Summary();
  summary.heard(80.004);
  for (const [id, atS] of [
    ['noise', 0.76],
    ['first', 7.123],
    ['second', 9],
  ] as const)
    summary.candidate(id, atS, null);
  summary.notification('i');
  const own = [evidence('second', 'confirmed'), evidence('first', 'confirmed'), evidence('noise', 'rejected')];
  expect(summary.of([incident({ evidence: own })])).toEqual({
    type: 'summary',
    seconds: 80,
    candidates: 3,
    rejected: 1,
    incidents: [{ label: 'smoke_alarm', verdict: 'confirmed', notified: 1, notSent: null, startedAtS: 7.12 }],
  });
});

test('a rejected candidate is counted and is not an incident', () => {
  const summary = new Summary();
  summary.candidate('noise', 3, null);
  const { rejected, incidents } = summary.of([
    incident({ verdict: 'rejected', evidence: [evidence('noise', 'rejected')] }),
  ]);
  expect([rejected, incidents]).toEqual([1, []]);
});

test('an incident that an earlier run reported continues, and this run reports nothing', () => {
  const summary = new Summary();
  summary.candidate('now', 3, null);
  const own = [evidence('before', 'confirmed'), evidence('now', 'confirmed')];
  expect(summary.of([incident({ evidence: own })]).incidents).toEqual([
    { label: 'smoke_alarm', verdict: 'confirmed', notified: 0, notSent: null, startedAtS: 3, goesOn: true },
  ]);
});

test("counts only this run's candidates: a rejection and an incident of an earlier run are left out", () => {
  const summary = new Summary();
  for (const id of ['now', 'noise']) {
    summary.candidate(id, 3, null);
    summary.delivered(id);
  }
  const own = [evidence('before', 'rejected'), evidence('now', 'confirmed'), evidence('noise', 'rejected')];
  const earlier = incident({ id: 'e', evidence: [evidence('long ago', 'confirmed')] });
  const counts = summary.of([incident({ evidence: own }), earlier]);
  expect(counts).toMatchObject({ candidates: 2, rejected: 1, incidents: [{ startedAtS: 3 }] });
  expect(counts.incidents).toHaveLength(1);
  expect(counts).not.toHaveProperty('fromBefore');
});

test('an incident that continues, but of which this run has only rejected candidates, is not an incident of this run', () => {
  const summary = new Summary();
  summary.candidate('now', 3, null);
  const own = [evidence('before', 'confirmed'), evidence('now', 'rejected')];
  expect(summary.of([incident({ evidence: own })])).toMatchObject({ rejected: 1, incidents: [] });
});

test('candidates that an earlier run left undelivered are listed apart', () => {
  const summary = new Summary();
  for (const id of ['before', 'noise']) summary.delivered(id);
  summary.notification('i');
  const own = [evidence('before', 'confirmed'), evidence('noise', 'rejected')];
  expect(summary.of([incident({ evidence: own })])).toEqual({
    type: 'summary',
    seconds: 0,
    candidates: 0,
    rejected: 0,
    incidents: [],
    fromBefore: {
      candidates: 2,
      rejected: 1,
      incidents: [{ label: 'smoke_alarm', verdict: 'confirmed', notified: 1, notSent: null, startedAt: AT }],
    },
  });
});

test('an incident that a microphone detected has the time at which it started', () => {
  const summary = new Summary();
  summary.candidate('now', 3, AT);
  expect(summary.of([incident({ evidence: [evidence('now', 'confirmed')] })]).incidents).toMatchObject([
    { startedAtS: 3, startedAt: AT },
  ]);
});
