import { expect, test } from '@jest/globals';
import { FLOOR_ODDS, floorFor, levelsOf, type Setting, type Track } from './device-levels.ts';
import { policyOf } from './policy.ts';

const HOUR_S = 3_600;

/** A stream with `perHour` false candidates per hour. Their probabilities rise from 0.1 to 0.9. */
function track(kind: Track['kind'], hours: number, perHour: number): Track {
  const count = hours * perHour;
  const probabilities = Array.from({ length: count }, (_, n) => 0.1 + (0.8 * (n + 1)) / count);
  const falseCandidates = ({ threshold }: Setting): number =>
    probabilities.filter((probability) => probability >= threshold).length;
  const counts = { falseCandidates, falseSounds: falseCandidates, missed: () => 0 };
  return { kind, seconds: hours * HOUR_S, events: 0, ...counts };
}

/** A hundred events with probabilities from 0.01 to 1. */
const EVENTS: Track = {
  ...track('event', 1, 0),
  events: 100,
  missed: ({ threshold }) => Math.ceil(threshold * 100) - 1,
};
const FLOOR = 0.01;

const levels = (...tracks: Track[]) => levelsOf('smoke_alarm', [EVENTS, ...tracks], FLOOR);

test('a more sensitive level has a lower threshold, more false candidates and fewer misses', () => {
  const { low, medium, high } = levels(track('day', 240, 2));
  expect(low?.threshold).toBeGreaterThan(medium?.threshold as number);
  expect(medium?.threshold).toBeGreaterThan(high?.threshold as number);
  expect(low?.perDay).toBeLessThan(high?.perDay as number);
  expect(low?.missRate).toBeGreaterThan(high?.missRate as number);
});

test('the figures of a level are exactly those that are counted at its threshold on the same streams', () => {
  const days = track('day', 240, 2);
  const { threshold, perDay, missRate } = levels(days).medium!;
  expect(perDay).toBe(days.falseCandidates({ threshold, floor: FLOOR }) / 10);
  expect(missRate).toBe(EVENTS.missed({ threshold, floor: FLOOR }) / 100);
});

test('confusers and appliances each have their own budget of false candidates', () => {
  const quietDays = track('day', 240, 0);
  const threshold = (...tracks: Track[]): number => levels(...tracks).medium?.threshold ?? 1;
  const alone = threshold(quietDays);
  expect(threshold(quietDays, track('confusers', 5, 60))).toBeGreaterThan(alone);
  expect(threshold(quietDays, track('appliances', 5, 60))).toBeGreaterThan(alone);
});

test('a threshold is never below one that exceeds the budget, although there it reports fewer sounds', () => {
  const days = track('day', 240, 2);
  // Below 0.3 all sounds become one, which is reported once.
  const falseSounds = (one: Setting): number => (one.threshold < 0.3 ? 1 : days.falseSounds(one));
  expect(levels({ ...days, falseSounds })).toEqual(levels(days));
});

test('in a budget a sound counts once, in the figures of a level every candidate that the device sends for it', () => {
  const days = track('day', 240, 2);
  const repeated = { ...days, falseCandidates: (setting: Setting): number => 30 * days.falseCandidates(setting) };
  const [once, often] = [levels(days).medium!, levels(repeated).medium!];
  expect(often).toEqual({ ...once, perDay: 30 * once.perDay });
});

test('a less sensitive level never has a lower threshold, and no level has one below the floor', () => {
  const { low, medium, high } = levelsOf('glass_break', [EVENTS], 0.2);
  expect(high?.threshold).toBeGreaterThan(0.2);
  expect(high?.threshold).toBeLessThan(0.21);
  expect([low, medium]).toEqual([high, high]);
});

test("medium and low are not below a label's least threshold, whatever the budget allows; high may be", () => {
  const least = policyOf('smoke_alarm').leastThreshold!;
  const { low, medium, high } = levels(track('day', 240, 0));
  expect(high?.threshold).toBeLessThan(least);
  expect(medium?.threshold).toBeGreaterThanOrEqual(least);
  expect(medium?.threshold).toBeLessThan(least + 0.005);
  expect(low?.threshold).toBe(medium?.threshold);
});

test("the floor belongs to the most sensitive level's threshold, at which it is counted, too", () => {
  const floors: number[] = [];
  const days = track('day', 240, 2);
  const falseSounds = (setting: Setting): number => {
    floors.push(odds(setting.threshold) - odds(setting.floor));
    return days.falseSounds(setting);
  };
  const floor = floorFor('smoke_alarm', [{ ...days, falseSounds }]);
  expect(odds(levels(days).high!.threshold) - odds(floor)).toBeCloseTo(FLOOR_ODDS);
  for (const apart of floors) expect(apart).toBeCloseTo(FLOOR_ODDS);
});

const odds = (probability: number): number => Math.log(probability / (1 - probability));
