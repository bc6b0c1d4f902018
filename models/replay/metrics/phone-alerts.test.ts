import { describe, expect, test } from '@jest/globals';
import { FIRST_STEPS } from '@earshot/cloud/incidents/incident-book.ts';
import { stillHeard } from '@earshot/cloud/incidents/still-heard.ts';
import { TestParts } from '@earshot/cloud/testing/test-parts.ts';
import { iso } from '@earshot/shared/clock.ts';
import { policyOf } from '../../training/calibration/policy.ts';
import { phoneAlerts } from './phone-alerts.ts';
import type { FalseAlarm } from './product.ts';

/** A report at `detectedS`, of a sound that the device heard until `endS`. */
const report = (label: string, detectedS: number, endS = detectedS, session = 0, confirmed = true): FalseAlarm => ({
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
    verifier: { confirmed, score: confirmed ? 0.9 : 0.1 },
  },
});

const ringsAt = (...reports: FalseAlarm[]): number[] => phoneAlerts(reports).map(({ alert }) => alert.detectedS);

/** A sound that the device heard until `endS`: when it was reported, and whether the verifier confirmed the report. */
interface Sound {
  reports: readonly (readonly [atS: number, confirmed: boolean])[];
  endS: number;
}

/** When the members of a home are told of these sounds, with the cloud's own code. */
async function toldByCloud(label: string, sounds: readonly Sound[]): Promise<number[]> {
  await using home = await TestParts.open();
  const device = await home.pair('device', 'Hall');
  const beganMs = home.clock.nowMs();
  const actions = sounds.flatMap(({ reports, endS }) => {
    let id = '';
    const heard = (ended: boolean) => stillHeard(home.parts, device, id, { heardAt: iso(home.clock.nowMs()), ended });
    // A device repeats every ten seconds that the sound continues, and waits `holdS` until it reports the end.
    const [firstS = 0] = reports[0] ?? [];
    return [
      ...reports.map(([atS, confirmed]) => ({
        atS,
        run: async () => {
          id = await home.report(device, label);
          await home.verdict(id, confirmed ? 'confirmed' : 'rejected');
        },
      })),
      ...Array.from({ length: Math.floor((endS - firstS) / 10) }, (_, n) => ({
        atS: firstS + 10 * (n + 1),
        run: () => heard(false),
      })),
      { atS: endS + policyOf(label).events.holdS, run: () => heard(true) },
    ];
  });
  for (const { atS, run } of actions.sort((a, b) => a.atS - b.atS)) {
    await home.pass(beganMs + 1_000 * atS - home.clock.nowMs());
    await run();
  }
  const told = await home.parts.database.queries
    .selectFrom('notifications')
    .select('createdAtMs')
    .where('step', 'in', [...FIRST_STEPS])
    .where('state', '!=', 'suppressed')
    .orderBy('id')
    .execute();
  return told.map(({ createdAtMs }) => (createdAtMs - beganMs) / 1_000);
}

test('a cricket whose reports are confirmed all night is one alert', () => {
  const night = [0, 310, 1_200, 7_000].map((atS) => report('smoke_alarm', atS, 8_000));
  expect(ringsAt(...night)).toEqual([0]);
});

test('after the silence that ends an alert, the next report is a new alert: a minute, and 90 s for CO', () => {
  // The device waits 15 s for the sound (CO: 75 s) before that.
  expect(ringsAt(report('smoke_alarm', 0, 20), report('smoke_alarm', 94), report('smoke_alarm', 169))).toEqual([
    0, 169,
  ]);
  expect(ringsAt(report('co_alarm', 0, 20), report('co_alarm', 184), report('co_alarm', 349))).toEqual([0, 349]);
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

describe('as in the cloud', () => {
  test.each<[string, string, number[], ...Sound[]]>([
    [
      'reports of a sound that goes on belong to one alert',
      'smoke_alarm',
      [0],
      {
        reports: [
          [0, true],
          [310, true],
          [1_200, true],
        ],
        endS: 1_500,
      },
    ],
    [
      'an alert begins with the first confirmed report of a sound',
      'smoke_alarm',
      [30],
      {
        reports: [
          [0, false],
          [30, true],
          [300, true],
        ],
        endS: 400,
      },
    ],
    [
      'a rejected report belongs to the open alert and keeps it open',
      'smoke_alarm',
      [0],
      { reports: [[0, true]], endS: 20 },
      { reports: [[70, false]], endS: 110 },
      { reports: [[150, true]], endS: 160 },
    ],
    [
      'a rejected report without an open alert is no alert and opens none',
      'smoke_alarm',
      [0, 250],
      { reports: [[0, true]], endS: 20 },
      { reports: [[200, false]], endS: 220 },
      { reports: [[250, true]], endS: 260 },
    ],
    [
      'a sound ends when its device has waited for it, so the silence that ends an alert begins 15 s later',
      'smoke_alarm',
      [0, 200],
      { reports: [[0, true]], endS: 20 },
      { reports: [[90, true]], endS: 110 },
      { reports: [[200, true]], endS: 200 },
    ],
    [
      'a device waits 75 s for the next group of a CO alarm, and the cloud 90 s longer',
      'co_alarm',
      [0, 400],
      { reports: [[0, true]], endS: 20 },
      { reports: [[180, true]], endS: 200 },
      { reports: [[400, true]], endS: 400 },
    ],
    [
      'breaking glass does not ring again within five minutes, and an alert that did not ring is open, too',
      'glass_break',
      [0, 500],
      { reports: [[0, true]], endS: 0 },
      { reports: [[280, true]], endS: 280 },
      { reports: [[310, true]], endS: 310 },
      { reports: [[500, true]], endS: 500 },
    ],
    [
      'breaking glass rings again after exactly five minutes',
      'glass_break',
      [0, 300],
      { reports: [[0, true]], endS: 0 },
      { reports: [[300, true]], endS: 300 },
    ],
  ])('%s', async (_, label, atS, ...sounds) => {
    const reports = sounds.flatMap(({ reports, endS }) =>
      reports.map(([detectedS, confirmed]) => report(label, detectedS, endS, 0, confirmed)),
    );
    expect(await toldByCloud(label, sounds)).toEqual(atS);
    expect(ringsAt(...reports)).toEqual(atS);
  });
});
