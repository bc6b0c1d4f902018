import { execFile } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EarshotError } from '@earshot/shared/errors.ts';
import { checkPortIsFree } from '@earshot/shared/lifecycle/free-port.ts';
import { bad, type Finding, lack, ok } from './finding.ts';

const run = promisify(execFile);

/** The clips of an active home take some 100 MB a month. With less free space than this the outbox fills up soon. */
const LEAST_FREE_MB = 500;
/** A clock that shows an earlier time is wrong. With a wrong clock certificates and signed links are refused. */
const EARLIEST = Date.UTC(2026, 0, 1);

export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const runsTypeScript = major > 22 || (major === 22 && minor >= 18);
  if (runsTypeScript) return ok('node', `v${version}`);
  return bad(
    'node',
    `v${version} cannot run TypeScript directly`,
    'Run `npm ci` in the project: it installs Node 24 for Earshot.',
  );
}

/** Writes, syncs and removes a file in EARSHOT_HOME. */
export async function checkDisk(home: string, leastFreeMb = LEAST_FREE_MB): Promise<Finding> {
  const probe = join(home, `doctor-${process.pid}`);
  try {
    await mkdir(home, { recursive: true });
    const file = await open(probe, 'w');
    try {
      await file.writeFile('probe');
      await file.sync();
    } finally {
      await file.close();
      await rm(probe, { force: true });
    }
    const { bavail, bsize } = await statfs(home);
    const freeMb = Math.floor((bavail * bsize) / 1e6);
    const says = `${home} is writable, ${freeMb} MB free`;
    return freeMb >= leastFreeMb
      ? ok('disk', says)
      : lack('disk', says, `Free some space: below ${leastFreeMb} MB old clips and pending candidates fill the disk.`);
  } catch (error) {
    return bad(
      'disk',
      `${home}: ${(error as Error).message}`,
      'Check its owner and rights, or set EARSHOT_HOME to another folder.',
    );
  }
}

/** Alerts carry the time of the sound. A machine without a clock battery starts in 1970. */
export async function checkClock(nowMs = Date.now(), ntpSynchronized = askTimedatectl): Promise<Finding> {
  const says = `${new Date(nowMs).toISOString()}, time zone ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
  if (nowMs < EARLIEST)
    return bad('clock', says, 'Set the clock; switch on its synchronisation (timedatectl set-ntp true).');
  const synchronised = await ntpSynchronized();
  if (synchronised === 'no') return lack('clock', `${says}, not synchronised`, 'timedatectl set-ntp true');
  return ok('clock', synchronised === 'yes' ? `${says}, synchronised` : says);
}

/** `yes`, `no`, or `unknown` on a machine without timedatectl. */
const askTimedatectl = (): Promise<string> =>
  run('timedatectl', ['show', '-p', 'NTPSynchronized', '--value']).then(
    ({ stdout }) => stdout.trim(),
    () => 'unknown',
  );

export async function checkPort(port: number): Promise<Finding> {
  try {
    await checkPortIsFree('127.0.0.1', port);
    return ok('port', `${port} is free`);
  } catch (error) {
    const { code, cause } = error as EarshotError;
    return lack(
      'port',
      code === 'PORT_IN_USE' ? `${port} is in use` : `${port}: ${(cause as NodeJS.ErrnoException).code}`,
      'Earshot may be running already; if not, choose another port: npm start -- --port N (0 takes any free one).',
    );
  }
}
