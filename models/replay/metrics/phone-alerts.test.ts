import { expect, test } from '@jest/globals';
import { phoneAlerts } from './phone-alerts.ts';
import type { FalseAlarm } from './product.ts';

/** A confirmed report at `detectedS`, of a sound that the device heard until `endS`. */
const report = (label: string, detectedS: number, endS = detectedS, session = 0): FalseAlarm => ({
  session,
  part: { file: 'house-day', startS: 0, durationS: 86_400, annotations: [], leftOut: [], slices: {}, doubted: [] },
  alert: {
    label,
    detectedS,
    endS,
    startS: detectedS,
    score: 0.9,
    level: 'medium',
    event: 1,
    again: false,
    why: { text: '', cadence: {} as never, scores: {}, levelDbfs: -30, reasons: [], evidence: {} },
    verifier: { confirmed: true, score: 0.9 },
  },
});

const ringsAt = (...reports: FalseAlarm[]): number[] => phoneAlerts(reports).map(({ alert }) => alert.detectedS);

test('a cricket whose reports are confirmed all night is one alert', () => {
  const night = [0, 310, 1_200, 7_000].map((atS) => report('smoke_alarm', atS, 8_000));
  expect(ringsAt(...night)).toEqual([0]);
});

test('after the silence that ends an alert, the next report is a new alert: a minute, and 90 s for CO', () => {
  expect(ringsAt(report('smoke_alarm', 0, 20), report('smoke_alarm', 79), report('smoke_alarm', 140))).toEqual([
    0, 140,
  ]);
  expect(ringsAt(report('co_alarm', 0, 20), report('co_alarm', 109), report('co_alarm', 200))).toEqual([0, 200]);
});

test('a low-battery chirp that comes back within a day is one alert', () => {
  expect(ringsAt(report('low_battery_chirp', 0), report('low_battery_chirp', 50_000))).toEqual([0]);
});

test('the same security sound does not ring again within the cool-down of five minutes', () => {
  const at = [0, 120, 301, 700].map((atS) => report('glass_break', atS));
  expect(ringsAt(...at)).toEqual([0, 301, 700]);
});

test('a safety sound has no cool-down', () => {
  expect(ringsAt(report('smoke_alarm', 0), report('smoke_alarm', 120))).toEqual([0, 120]);
});

test('alerts of other labels and of other days are separate, in any order', () => {
  const reports = [report('smoke_alarm', 30, 30, 1), report('co_alarm', 10), report('smoke_alarm', 0, 500)];
  expect(phoneAlerts(reports).map(({ session, alert }) => [session, alert.label])).toEqual([
    [0, 'smoke_alarm'],
    [0, 'co_alarm'],
    [1, 'smoke_alarm'],
  ]);
});
