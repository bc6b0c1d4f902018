import { expect, test } from '@jest/globals';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { DAYS_SHOWN, quietDays, wasAlert } from './quiet-days.ts';

const NOW = new Date(2026, 10, 21, 12).getTime();
const daysAgo = (days: number, hour = 9) => new Date(2026, 10, 21 - days, hour).toISOString();

function incident(given: Partial<Incident>): Incident {
  return {
    id: crypto.randomUUID(),
    label: 'glass_break',
    class: 'security',
    state: 'cleared',
    verdict: 'confirmed',
    test: false,
    late: false,
    ignored: false,
    startedAt: daysAgo(3),
    lastHeardAt: daysAgo(3),
    clearedAt: null,
    summary: '',
    devices: [],
    acknowledged: null,
    feedback: null,
    evidence: [],
    notified: 0,
    notSent: null,
    updatedAt: daysAgo(3),
    ...given,
  };
}

const last = (days: ReturnType<typeof quietDays>, ago: number) => days.at(-1 - ago)?.label;

test('shows 99 days, of which the last is today', () => {
  const days = quietDays([], Date.parse(daysAgo(200)), NOW);
  expect(days).toHaveLength(DAYS_SHOWN);
  expect(days.at(-1)?.startMs).toBe(new Date(2026, 10, 21).getTime());
  expect(days.every((day) => day.label === null)).toBe(true);
});

test('a day with several alerts shows the most serious sound', () => {
  const smoke = incident({ label: 'smoke_alarm', class: 'safety', startedAt: daysAgo(3, 8) });
  const days = quietDays([incident({}), smoke, incident({ startedAt: daysAgo(3, 22) })], 0, NOW);
  expect(last(days, 3)).toBe('smoke_alarm');
  expect(last(days, 2)).toBeNull();
});

test.each([
  ['a test', { test: true }],
  ['a rejected sound', { verdict: 'rejected' as const }],
  ['a sound that is still being checked', { verdict: 'pending' as const }],
  ['a false alert', { feedback: { verdict: 'wrong' as const, by: 'Anna', at: daysAgo(3) } }],
  ['a chirping battery', { class: 'upkeep' as const, label: 'low_battery_chirp' }],
])('a day with only %s counts as quiet', (_what, given) => {
  expect(last(quietDays([incident(given)], 0, NOW), 3)).toBeNull();
});

test('days before the home was created are unknown, not quiet', () => {
  const days = quietDays([], Date.parse(daysAgo(10)), NOW);
  expect(last(days, 10)).toBeNull();
  expect(last(days, 11)).toBeUndefined();
});

test('a day on which the clocks change is counted as one day', () => {
  const days = quietDays([], 0, NOW);
  const starts = new Set(days.map((day) => new Date(day.startMs).toDateString()));
  expect(starts.size).toBe(DAYS_SHOWN);
});

test('an alert that was marked as false was an alert, a test and a ruled-out sound were not', () => {
  const feedback = { verdict: 'wrong' as const, by: 'Anna', at: daysAgo(3) };
  expect(wasAlert(incident({ feedback }))).toBe(true);
  expect(wasAlert(incident({ test: true }))).toBe(false);
  expect(wasAlert(incident({ verdict: 'rejected' }))).toBe(false);
});
