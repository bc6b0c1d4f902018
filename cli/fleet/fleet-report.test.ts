import { expect, test } from '@jest/globals';
import { FleetView } from '@earshot/shared/contracts/fleet.ts';
import { fleetReport } from './fleet-report.ts';

const HOME = '01a1fd60-2749-705d-9c8e-69473cebd15f';
const AT = '2026-01-02T00:00:00.000Z';

const fleet = (given: Partial<FleetView>): FleetView =>
  FleetView.parse({
    at: AT,
    days: 14,
    homes: 2,
    devices: { all: 3, online: 2, silent: 1, neverSeen: 0, deaf: 1, silencedSounds: 12 },
    releases: [],
    troubled: [],
    samples: { right: 1, wrong: 2, unanswered: 3 },
    rollout: null,
    labels: [],
    worst: [],
    ...given,
  });
const linesOf = (given: Partial<FleetView>): string[] => fleetReport(fleet(given)).split('\n');

test('the report of a fleet without alerts, releases and a roll-out says that there are none', () => {
  const lines = linesOf({});
  expect(lines[0]).toBe(
    '2 homes, 3 devices: 2 online, 1 offline, 1 deaf (no sound from the microphone), 0 never connected',
  );
  expect(lines).toEqual(
    expect.arrayContaining([
      'No device has reported its release yet.',
      'No release is being rolled out.',
      'No device is in trouble.',
      'No alerts.',
    ]),
  );
  expect(lines.join('\n')).not.toContain('The homes with the most alerts');
});

test('writes the singular for one home and for one device', () => {
  const devices = { all: 1, online: 1, silent: 0, neverSeen: 0, deaf: 0, silencedSounds: 0 };
  expect(linesOf({ homes: 1, devices })[0]).toMatch(/^1 home, 1 device: /);
});

test('lists devices in trouble with the words of the operations page', () => {
  const troubled = (['silent', 'deaf', 'never_seen'] as const).map((trouble) => ({
    deviceId: HOME,
    homeId: HOME,
    trouble,
    lastHeartbeatAt: trouble === 'never_seen' ? null : AT,
  }));
  const lines = linesOf({ troubled });
  const at = lines.findIndex((line) => line.startsWith('device  '));
  expect(lines.slice(at + 1, at + 4)).toEqual([
    `${HOME}  ${HOME}  offline          ${AT}`,
    `${HOME}  ${HOME}  deaf             ${AT}`,
    `${HOME}  ${HOME}  never connected  never`,
  ]);
});

test('aligns numbers to the right below their heading, and shows tiny rates as powers of ten', () => {
  const answers = { alerts: 12, right: 9, wrong: 1, unanswered: 2, rejected: 30 };
  const lines = linesOf({
    labels: [{ label: 'smoke_alarm', ...answers, wrongPerHomeDay: { is: 0.002, low: 0, high: 0.25 } }],
  });
  expect(lines.slice(-4)).toEqual([
    'label        alerts  right  wrong  unanswered  rejected  wrong per home and day (95 %)',
    'smoke_alarm      12      9      1           2        30  2.0e-3 (0.00 to 0.25)',
    '',
    'Samples just below the threshold: 1 right, 2 wrong, 3 unanswered',
  ]);
});

test.each([
  [0.002, 'less than a day of one home'],
  [1, '463.33 (11.73 to 2581.48)'],
])('after %d homes times days, the rate of wrong alerts is written as "%s"', (homeDays, rate) => {
  const answers = { alerts: 1, right: 0, wrong: 1, unanswered: 0, rejected: 0 };
  const wrongPerHomeDay = { is: 463.33, low: 11.73, high: 2581.48 };
  const lines = linesOf({ homeDays, labels: [{ label: 'smoke_alarm', ...answers, wrongPerHomeDay }] });
  expect(lines.at(-3)).toMatch(new RegExp(`  ${rate.replace(/[().]/g, '\\$&')}$`));
});

test('lists the homes with the most wrong alerts', () => {
  const lines = linesOf({
    worst: [{ homeId: HOME, label: 'glass_break', alerts: 5, right: 0, wrong: 4, unanswered: 1 }],
  });
  expect(lines).toContain('The homes with the most alerts marked wrong:');
  expect(lines.at(-1)).toBe(`${HOME}  glass_break       5      4           1`);
});

test('shows why a roll-out was halted, and how the new release compares', () => {
  const lines = linesOf({
    rollout: {
      version: '2026-01-01.2',
      percent: 10,
      state: 'halted',
      reason: 'too many failed devices',
      startedAt: AT,
      stageAt: AT,
      comparison: {
        falseAlerts: { is: 0.5, low: -0.1, high: 1.1 },
        failed: { is: 0.2, low: 0.1, high: 0.3 },
        worse: 'failed',
      },
    },
  });
  const at = lines.indexOf(`Roll-out of 2026-01-01.2: halted, 10 % of the devices since ${AT}`);
  expect(lines.slice(at + 1, at + 4)).toEqual([
    '  too many failed devices',
    '  new minus old, false alerts per device and day: 0.50 (99.9 %: -0.10 to 1.10)',
    '  new minus old, share of failed devices: 0.20 (99.9 %: 0.10 to 0.30)',
  ]);
});
