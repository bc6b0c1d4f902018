import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';

export const UNIT_PATH = '/etc/systemd/system/earshot-device.service';
export const USERS_PATH = '/etc/sysusers.d/earshot.conf';
export const SERVICE_HOME = '/var/lib/earshot';
const ENTRY = fileURLToPath(new URL('../../cli/earshot.js', import.meta.url));
const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * The daemon as a systemd unit: its own user, a file system that is read-only except for its own folder, and access to
 * no device except the sound card. It uses 110 MB and 1 % of a core; when it uses three times as much, systemd restarts
 * it.
 */
export function unitFile(node = process.execPath): string {
  return `[Unit]
Description=Earshot: hears alarms and breaking glass
Documentation=file://${PROJECT}/docs/device.md
Wants=network-online.target sound.target
After=network-online.target sound.target
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
ExecStart=${quoted(node)} --max-old-space-size=96 ${quoted(ENTRY)} device
Environment=EARSHOT_HOME=${SERVICE_HOME} NODE_ENV=production
WatchdogSec=60
Restart=always
RestartSec=5
TimeoutStopSec=10

User=earshot
Group=earshot
SupplementaryGroups=audio
StateDirectory=earshot
StateDirectoryMode=0700
UMask=0077

ProtectSystem=strict
ProtectHome=${PROJECT.startsWith('/home/') || PROJECT.startsWith('/root/') ? 'read-only' : 'yes'}
PrivateTmp=yes
DevicePolicy=closed
DeviceAllow=char-alsa rw
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources

MemoryHigh=200M
MemoryMax=320M
CPUQuota=50%
TasksMax=64

[Install]
WantedBy=multi-user.target
`;
}

/** Writes the unit and its user, lets systemd check them, and returns the next steps. */
export async function installUnit(unitPath = UNIT_PATH, usersPath = USERS_PATH): Promise<string[]> {
  await write(usersPath, `u earshot - "Earshot device" ${SERVICE_HOME}\n`);
  await write(unitPath, unitFile());
  const complaint = await verifyUnit(unitPath);
  if (complaint) throw new EarshotError('SETTING_INVALID', `systemd refuses ${unitPath}: ${complaint}`);
  return [
    `wrote ${unitPath} and ${usersPath}`,
    'next, as root:',
    '  systemd-sysusers && systemctl daemon-reload && systemctl enable --now earshot-device',
    `  settings   ${SERVICE_HOME}/device.conf, written with comments at the first start`,
    `  join       runuser -u earshot -- env EARSHOT_HOME=${SERVICE_HOME} ${process.execPath} ${ENTRY} device pair CODE --cloud URL`,
    '             then systemctl restart earshot-device',
  ];
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (thrown) {
    throw asEarshotError(thrown, 'DISK_UNWRITABLE', `${path} (run as root, or see earshot device install --print)`);
  }
}

/** The faults that `systemd-analyze verify` finds; empty when there are none or when the system has no systemd. */
export async function verifyUnit(path: string): Promise<string> {
  try {
    const { stderr } = await promisify(execFile)('systemd-analyze', ['verify', path]);
    return stderr
      .split('\n')
      .filter((line) => line.includes(path))
      .join(' ');
  } catch (thrown) {
    const { code, stderr } = thrown as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return '';
    return (stderr ?? '').trim();
  }
}

const quoted = (path: string): string => (/\s/.test(path) ? `"${path}"` : path);
