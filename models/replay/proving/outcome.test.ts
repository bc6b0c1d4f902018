import { expect, test } from '@jest/globals';
import type { PlayedAlert } from '../play/played.ts';
import { outcomeOf } from './outcome.ts';
import type { ProvingSound } from './proving-sound.ts';

const RATE = 16_000;
const T3: ProvingSound = {
  name: 't3',
  kind: 't3',
  slices: {},
  alarms: [{ label: 'smoke_alarm', pattern: 't3', startS: 5, endS: 35, groupEndsS: [7.5, 11.5, 15.5] }],
  allowed: [],
  samples: new Float32Array(40 * RATE),
};
const alert = (label: string, detectedS: number, pattern = 't3', groups = 2): PlayedAlert =>
  ({ label, detectedS, why: { text: '', cadence: { pattern, groups, fit: 0.8 } } }) as PlayedAlert;

test('an alert is in time up to 5 s after the end of the second group', () => {
  const [alarm] = outcomeOf(T3, [alert('smoke_alarm', 16.4)], RATE).alarms;
  expect(alarm?.lateS).toBeCloseTo(4.9);
  expect(alarm?.isInTime).toBe(true);
  expect(outcomeOf(T3, [alert('smoke_alarm', 16.6)], RATE).alarms[0]?.isInTime).toBe(false);
});

test('an alert before the alarm began is a false alert', () => {
  const { alarms, wrong } = outcomeOf(T3, [alert('smoke_alarm', 4)], RATE);
  expect(alarms[0]?.alert).toBeNull();
  expect(wrong).toHaveLength(1);
});

test('an alert with another label is false, and the alarm is missed', () => {
  const { alarms, wrong } = outcomeOf(T3, [alert('co_alarm', 12)], RATE);
  expect(alarms[0]?.alert).toBeNull();
  expect(wrong.map(({ label }) => label)).toEqual(['co_alarm']);
});

test('an alert that is explained with the rhythm of another alarm does not count as explained', () => {
  expect(outcomeOf(T3, [alert('smoke_alarm', 12)], RATE).alarms[0]?.isExplained).toBe(true);
  expect(outcomeOf(T3, [alert('smoke_alarm', 12, 't4')], RATE).alarms[0]?.isExplained).toBe(false);
});

test('an alert that came before the rhythm was complete is explained by the rhythm in its next report', () => {
  const early = alert('smoke_alarm', 6.7, 'none', 0);
  const isExplained = (...alerts: PlayedAlert[]): boolean | undefined =>
    outcomeOf(T3, alerts, RATE).alarms[0]?.isExplained;
  expect(isExplained(early)).toBe(false);
  expect(isExplained(early, alert('smoke_alarm', 16.9))).toBe(true);
  expect(isExplained(early, alert('smoke_alarm', 16.9), alert('smoke_alarm', 27, 't4', 3))).toBe(false);
});

test('for an alarm without groups, the delay is measured from its start', () => {
  const continuous: ProvingSound = {
    ...T3,
    alarms: [{ label: 'smoke_alarm', pattern: null, startS: 5, endS: 35, groupEndsS: [] }],
  };
  const [alarm] = outcomeOf(continuous, [alert('smoke_alarm', 14.9, 'continuous')], RATE).alarms;
  expect(alarm?.lateS).toBeCloseTo(9.9);
  expect(alarm?.isInTime).toBe(true);
});

test('alerts with allowed labels, and with labels that are off in a new home, are not counted as false', () => {
  expect(outcomeOf({ ...T3, alarms: [] }, [alert('dog_bark', 12)], RATE).wrong).toEqual([]);
  const chirps = { ...T3, alarms: [], allowed: ['low_battery_chirp'] };
  expect(outcomeOf(chirps, [alert('low_battery_chirp', 12), alert('smoke_alarm', 20)], RATE).wrong).toHaveLength(1);
});
