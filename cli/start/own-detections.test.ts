import { expect, test } from '@jest/globals';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { OwnDetections } from './own-detections.ts';

const NOW = '2026-01-02T12:00:00.000Z';
const YESTERDAY = '2026-01-01T08:00:00.000Z';
const YESTERDAY_LATER = '2026-01-01T08:00:20.000Z';

const incidentOf = (startedAt: string, ...sounds: [candidateId: string, detectedAt: string][]): Incident =>
  ({
    startedAt,
    evidence: sounds.map(([candidateId, detectedAt]) => ({ candidateId, detectedAt })),
  }) as unknown as Incident;

function ownDetections(...ids: string[]): OwnDetections {
  const own = new OwnDetections(Date.parse(NOW));
  for (const [index, id] of ids.entries()) own.add(id, { detectedS: index + 1, detectedAt: null });
  return own;
}

test('an incident of this run is not of an earlier run', () => {
  const incident = incidentOf(NOW, ['now', NOW]);
  expect([ownDetections('now').earlierAt(incident), ownDetections('now').continues(incident)]).toEqual([null, false]);
});

test('an incident that began in an earlier run and was detected again continues in this run', () => {
  const incident = incidentOf(YESTERDAY, ['before', YESTERDAY], ['now', NOW]);
  expect([ownDetections('now').earlierAt(incident), ownDetections('now').continues(incident)]).toEqual([null, true]);
});

test('an incident without a sound of this run has the time of its newest sound', () => {
  const incident = incidentOf(YESTERDAY, ['a', YESTERDAY], ['b', YESTERDAY_LATER]);
  expect(ownDetections('now').earlierAt(incident)).toBe(YESTERDAY_LATER);
  expect(ownDetections('now').continues(incident)).toBe(false);
});

test('a notice about a device is of an earlier run when it began before this run', () => {
  expect(ownDetections().earlierAt(incidentOf(NOW))).toBeNull();
  expect(ownDetections().earlierAt(incidentOf(YESTERDAY))).toBe(YESTERDAY);
});

test('a sound that another device of the home detects during this run is not of an earlier run', () => {
  const incident = incidentOf(NOW, ['of another device', NOW]);
  const own = ownDetections();
  expect([own.earlierAt(incident), own.candidateEarlierAt('of another device', incident)]).toEqual([null, null]);
  expect(own.continues(incident)).toBe(false);
});

test('each candidate of an incident is of this run or has the time at which an earlier run detected it', () => {
  const incident = incidentOf(YESTERDAY, ['before', YESTERDAY_LATER], ['now', NOW]);
  const times = ['now', 'before', 'not shown'].map((id) => ownDetections('now').candidateEarlierAt(id, incident));
  expect(times).toEqual([null, YESTERDAY_LATER, YESTERDAY]);
});

test('an incident has the moment of its newest sound of this run that was not rejected, or of its newest sound', () => {
  const own = ownDetections('first', 'second', 'third');
  const sounds = (...verdicts: string[]) =>
    ({
      evidence: verdicts.map((verdict, index) => ({ candidateId: ['first', 'second', 'third'][index], verdict })),
    }) as unknown as Incident;
  expect(own.newestMoment(sounds('confirmed', 'pending', 'rejected'))).toEqual({ detectedS: 2, detectedAt: null });
  expect(own.newestMoment(sounds('rejected', 'rejected'))).toEqual({ detectedS: 2, detectedAt: null });
  expect(ownDetections().newestMoment(sounds('confirmed'))).toEqual({ detectedS: null, detectedAt: null });
});
