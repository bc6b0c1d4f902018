import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { installUnit, SERVICE_HOME, UNIT_PATH, USERS_PATH } from './systemd-unit.ts';

const SERVICE = 'earshot-device';
const USER = 'earshot';

export interface Places {
  unit: string;
  users: string;
  home: string;
}
const PLACES: Places = { unit: UNIT_PATH, users: USERS_PATH, home: SERVICE_HOME };

/** The test that systemd documents (sd_booted(3)): the folder exists when systemd runs this system. */
const SYSTEMD_RUNS = '/run/systemd/system';

/** Checked before the first change, so that nothing is half installed or half removed. */
export function checkService(uid = process.getuid?.(), systemd = SYSTEMD_RUNS): void {
  if (!existsSync(systemd)) throw new EarshotError('SERVICE', 'This system does not run systemd.');
  if (uid !== 0) throw new EarshotError('SERVICE', 'Only root may do that.');
}

/** Runs a program of the system. On failure the error contains its message. */
export type Run = (program: string, ...args: string[]) => Promise<void>;

/**
 * Installs everything in one command: unit and user, the pairing in the service's own folder, and a service that starts
 * at once and at every boot. Repeating it changes only the pairing.
 */
export async function installService(
  pairInto: (home: string) => Promise<string>,
  run: Run = runProgram,
  places = PLACES,
): Promise<string[]> {
  await installUnit(places.unit, places.users);
  await run('systemd-sysusers', places.users);
  await mkdir(places.home, { recursive: true, mode: 0o700 });
  const homeName = await pairInto(places.home);
  // The pairing wrote the folder as root, so its owner must become the service's user.
  await run('chown', '-R', `${USER}:${USER}`, places.home);
  await run('systemctl', 'daemon-reload');
  await run('systemctl', 'enable', SERVICE);
  await run('systemctl', 'restart', SERVICE);
  return [`paired with ${homeName}`, `${SERVICE} runs, also after a reboot: systemctl status ${SERVICE}`];
}

/**
 * Removes the service. `withData`: also its user, pairing, settings and undelivered candidates. When the cloud runs on
 * the same box, its data lies in the same folder and belongs to the same user, so folder and user stay.
 */
export async function uninstallService(withData: boolean, run: Run = runProgram, places = PLACES): Promise<string[]> {
  // The error is ignored: an earlier uninstallation may have been interrupted after it had removed the service.
  await run('systemctl', 'disable', '--now', SERVICE).catch(() => undefined);
  await remove(places.unit);
  await run('systemctl', 'daemon-reload');
  if (!withData) return [`${SERVICE} is removed; its data stays in ${places.home} (--data removes it)`];
  await remove(places.users);
  if (existsSync(join(places.home, 'cloud.db'))) {
    for (const own of ['device', 'device.conf']) await remove(join(places.home, own));
    return [
      `${SERVICE} and its data are removed`,
      `the data of the cloud service in ${places.home} and the user ${USER} stay (docs/cloud.md says how to remove them)`,
    ];
  }
  await remove(places.home);
  await run('userdel', USER).catch(() => undefined);
  return [`${SERVICE}, its user and all its data are removed`];
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (thrown) {
    throw asEarshotError(thrown, 'DISK_UNWRITABLE', `${path} (run as root)`);
  }
}

export async function runProgram(program: string, ...args: string[]): Promise<void> {
  try {
    await promisify(execFile)(program, args);
  } catch (thrown) {
    const { stderr = '', message } = thrown as Error & { stderr?: string };
    const reason = stderr.trim().split('\n')[0] || message;
    throw new EarshotError('SERVICE', `${[program, ...args].join(' ')}: ${reason}`, { cause: thrown });
  }
}
