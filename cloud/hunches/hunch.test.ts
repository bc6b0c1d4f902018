import { expect, test } from '@jest/globals';
import { hunchOf, type JudgedAlert } from './hunch.ts';

const THRESHOLDS = {
  low: { device: 0.9, verifier: 0.8 },
  medium: { device: 0.7, verifier: 0.5 },
  high: { device: 0.5, verifier: 0.2 },
};
const at = (hour: number): number => Date.UTC(2026, 0, 10, hour, 20);
const alert = (
  feedback: JudgedAlert['feedback'],
  { hour = 12, score = 0.75, verifierScore = 0.9 as number | null, place = 'Kitchen' } = {},
): JudgedAlert => ({ atMs: at(hour), feedback, heard: [{ place, score, verifierScore }] });
const times = (count: number, one: JudgedAlert): JudgedAlert[] => Array.from({ length: count }, () => one);
const sixWrong = [18, 18, 18, 19, 17, 3].map((hour, n) => alert('wrong', { hour, score: n === 0 ? 0.95 : 0.75 }));
const real = alert('right', { score: 0.97, verifierScore: 0.95 });
const hunch = (alerts: JudgedAlert[], level: 'low' | 'medium' | 'high' = 'medium', timeZone = 'Europe/Berlin') =>
  hunchOf(alerts, level, THRESHOLDS, timeZone);

test('a suggestion contains the lower level, the device and local time of the false alerts, and how many false alerts the lower level would have caused', () => {
  expect(hunch([...sixWrong, real, alert(null)])).toEqual({
    from: 'medium',
    to: 'low',
    place: 'Kitchen',
    aroundHour: 19,
    wrong: { now: 6, then: 1 },
    right: { now: 1, then: 1 },
    unjudged: { now: 1, then: 0 },
  });
});

test('there is no suggestion when the device or the verifier would have missed a real alert at the lower level', () => {
  expect(hunch([...sixWrong, alert('right', { score: 0.8 })])).toBeNull();
  expect(hunch([...sixWrong, alert('right', { score: 0.97, verifierScore: 0.6 })])).toBeNull();
});

test('there is no suggestion when false alerts are few, the lower level hardly helps, or the level is already the lowest', () => {
  expect(hunch(sixWrong.slice(1, 3))).toBeNull();
  expect(hunch([...sixWrong.slice(0, 2), ...times(4, alert('wrong', { score: 0.95 }))])).toBeNull();
  expect(hunch(sixWrong, 'low')).toBeNull();
});

test('an alert that would not be reported at the current level does not count', () => {
  const suggested = hunch([...sixWrong, ...times(9, alert('wrong', { score: 0.6 }))]);
  expect(suggested?.wrong).toEqual({ now: 6, then: 1 });
});

test('the suggestion is the nearest lower level that helps, and a sound without a verdict counts as verified', () => {
  const mild = Array.from({ length: 4 }, () => alert('wrong', { score: 0.6, verifierScore: null }));
  expect(hunch(mild, 'high')).toMatchObject({ to: 'medium', wrong: { now: 4, then: 0 } });
});

test('a suggestion names a device or a time of day only when most false alerts share it, also for times around midnight', () => {
  const spread = [0, 6, 12, 18].map((hour) => alert('wrong', { hour, place: `Room ${hour}` }));
  expect(hunch(spread)).toMatchObject({ place: null, aroundHour: null });
  const night = [23, 0, 0, 1, 12].map((hour) => alert('wrong', { hour }));
  expect(hunch(night, 'medium', 'UTC')).toMatchObject({ aroundHour: 0 });
});
