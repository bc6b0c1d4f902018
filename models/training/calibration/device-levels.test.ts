import { expect, test } from '@jest/globals';
import { levelsOf, type FalseTrack } from './device-levels.ts';

const HOUR_S = 3_600;

/** A stream with evenly spaced false candidates, `perHour` per hour. Their probabilities rise from 0.1 to 0.9. */
function track(kind: FalseTrack['kind'], hours: number, perHour: number): FalseTrack {
  const count = hours * perHour;
  return {
    kind,
    seconds: hours * HOUR_S,
    atS: Array.from({ length: count }, (_, n) => (n * HOUR_S) / perHour),
    probabilities: Array.from({ length: count }, (_, n) => 0.1 + (0.8 * (n + 1)) / count),
  };
}

const EVENTS = Array.from({ length: 100 }, (_, n) => (n + 1) / 100);

test('a more sensitive level has a lower threshold, more false candidates and fewer misses', () => {
  const { low, medium, high } = levelsOf('smoke_alarm', EVENTS, [track('day', 240, 2)]);
  expect(low?.threshold).toBeGreaterThan(medium?.threshold as number);
  expect(medium?.threshold).toBeGreaterThan(high?.threshold as number);
  expect(low?.perDay).toBeLessThan(high?.perDay as number);
  expect(low?.missRate).toBeGreaterThan(high?.missRate as number);
});

test('the figures of a level are exactly those that are counted at its threshold on the same streams', () => {
  const days = track('day', 240, 2);
  const { threshold, perDay, missRate } = levelsOf('smoke_alarm', EVENTS, [days]).medium as never as {
    threshold: number;
    perDay: number;
    missRate: number;
  };
  expect(perDay).toBe(days.probabilities.filter((probability) => probability >= threshold).length / 10);
  expect(missRate).toBe(EVENTS.filter((probability) => probability < threshold).length / 100);
});

test('confusers and appliances each have their own budget of false candidates', () => {
  const quietDays = track('day', 240, 0);
  const threshold = (tracks: FalseTrack[]): number => levelsOf('smoke_alarm', EVENTS, tracks).medium?.threshold ?? 1;
  const alone = threshold([quietDays]);
  expect(threshold([quietDays, track('confusers', 5, 60)])).toBeGreaterThan(alone);
  expect(threshold([quietDays, track('appliances', 5, 60)])).toBeGreaterThan(alone);
});

test('a continuing sound counts again as a candidate only after each refractory time (refractoryS)', () => {
  const goesOn: FalseTrack = { kind: 'day', seconds: 24 * HOUR_S, atS: [], probabilities: [] };
  for (let at = 0; at < 20; at += 0.32) {
    (goesOn.atS as number[]).push(at);
    (goesOn.probabilities as number[]).push(0.7);
  }
  expect(levelsOf('smoke_alarm', EVENTS, [goesOn]).high?.perDay).toBeLessThanOrEqual(2);
});
