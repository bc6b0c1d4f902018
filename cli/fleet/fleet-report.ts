import type { FleetView, RolloutView } from '@earshot/shared/contracts/fleet.ts';
import { counted } from '@earshot/shared/wording.ts';

const digits = (value: number): string =>
  Math.abs(value) < 0.01 && value !== 0 ? value.toExponential(1) : value.toFixed(2);

/** A home of three minutes with one wrong alert would show hundreds of them per home and day. */
const LEAST_HOME_DAYS = 1;

type Trouble = FleetView['troubled'][number]['trouble'];
/** The words of the app's operations page. */
const TROUBLES: Record<Trouble, string> = { silent: 'offline', deaf: 'deaf', never_seen: 'never connected' };

/** The fleet as lines for a terminal. */
export function fleetReport(fleet: FleetView): string {
  const { homes, devices, days, homeDays = Infinity } = fleet;
  const isTooEarly = homeDays < LEAST_HOME_DAYS;
  return [
    `${counted(homes, 'home')}, ${counted(devices.all, 'device')}: ${devices.online} online, ${devices.silent} offline, ${devices.deaf} deaf (no sound from the microphone), ${devices.neverSeen} never connected`,
    `Ignored by the devices themselves in the last 7 days: ${counted(devices.silencedSounds, 'sound')}`,
    '',
    ...table(
      ['release', 'devices', 'rolled back', 'refused'],
      fleet.releases.map(({ release, devices: count, rolledBack, refused }) => [release, count, rolledBack, refused]),
      'No device has reported its release yet.',
    ),
    '',
    ...rolloutLines(fleet.rollout),
    '',
    ...table(
      ['device', 'home', 'trouble', 'last heartbeat'],
      fleet.troubled.map(({ deviceId, homeId, trouble, lastHeartbeatAt }) => [
        deviceId,
        homeId,
        TROUBLES[trouble],
        lastHeartbeatAt ?? 'never',
      ]),
      'No device is in trouble.',
    ),
    '',
    `The last ${days} days. Unanswered alerts were not judged: they do not count as right.`,
    ...table(
      ['label', 'alerts', 'right', 'wrong', 'unanswered', 'rejected', 'wrong per home and day (95 %)'],
      fleet.labels.map(({ label, alerts, right, wrong, unanswered, rejected, wrongPerHomeDay: { is, low, high } }) => [
        label,
        alerts,
        right,
        wrong,
        unanswered,
        rejected,
        isTooEarly ? 'less than a day of one home' : `${digits(is)} (${digits(low)} to ${digits(high)})`,
      ]),
      'No alerts.',
    ),
    '',
    `Samples just below the threshold: ${fleet.samples.right} right, ${fleet.samples.wrong} wrong, ${fleet.samples.unanswered} unanswered`,
    ...(fleet.worst.length === 0 ? [] : ['', 'The homes with the most alerts marked wrong:']),
    ...(fleet.worst.length === 0
      ? []
      : table(
          ['home', 'label', 'alerts', 'wrong', 'unanswered'],
          fleet.worst.map(({ homeId, label, alerts, wrong, unanswered }) => [homeId, label, alerts, wrong, unanswered]),
          '',
        )),
  ].join('\n');
}

function rolloutLines(rollout: RolloutView | null): string[] {
  if (!rollout) return ['No release is being rolled out.'];
  const { version, percent, state, reason, stageAt, comparison } = rollout;
  return [
    `Roll-out of ${version}: ${state}, ${percent} % of the devices since ${stageAt}`,
    ...(reason === null ? [] : [`  ${reason}`]),
    ...(comparison === null
      ? ['  not compared yet']
      : (['falseAlerts', 'failed'] as const).map((name) => {
          const { is, low, high } = comparison[name];
          const what = name === 'falseAlerts' ? 'false alerts per device and day' : 'share of failed devices';
          return `  new minus old, ${what}: ${digits(is)} (99.9 %: ${digits(low)} to ${digits(high)})`;
        })),
  ];
}

/** Aligns words to the left and numbers to the right. `none` stands in place of a table without rows. */
function table(head: readonly string[], rows: readonly (readonly (string | number)[])[], none: string): string[] {
  if (rows.length === 0) return [none];
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => String(row[at]).length)));
  const line = (cells: readonly (string | number)[], isNumber: (at: number) => boolean): string =>
    cells
      .map((cell, at) => (isNumber(at) ? String(cell).padStart(widths[at] ?? 0) : String(cell).padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  const isNumber = (at: number): boolean => typeof rows[0]?.[at] === 'number';
  return [line(head, isNumber), ...rows.map((row) => line(row, isNumber))];
}
