import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One change that a process made to its disk. Paths are relative to the folder that was recorded; "." is that folder. */
export type Change =
  | { kind: 'create' | 'folder' | 'remove' | 'sync'; path: string }
  | { kind: 'truncate'; path: string; size: number }
  | { kind: 'write'; path: string; offset: number; bytes: Buffer }
  | { kind: 'rename'; path: string; to: string }
  /** A mark in the log: the process has just reported that something is safe on disk. */
  | { kind: 'mark'; text: string };

/**
 * The process under test writes into this file of the recorded folder what it believes to be safe on disk. The file is
 * not part of the simulated disk.
 */
const MARKS = 'marks';

const SOURCE = fileURLToPath(new URL('./disk-log.c', import.meta.url));

/** Compiles disk-log.c, or fails and says what is missing. */
export function buildDiskLog(): { layer: string } | { missing: string } {
  if (process.platform !== 'linux') return { missing: 'the disk log needs the LD_PRELOAD of Linux' };
  const layer = join(mkdtempSync(join(tmpdir(), 'earshot-disk-log-')), 'disk-log.so');
  const { error, status, stderr } = spawnSync('cc', [
    '-O1',
    '-shared',
    '-fPIC',
    '-o',
    layer,
    SOURCE,
    '-ldl',
    '-lpthread',
  ]);
  if (error) return { missing: `no C compiler (${error.message})` };
  return status === 0 ? { layer } : { missing: `disk-log.c does not compile: ${String(stderr)}` };
}

/**
 * Runs `script` with the folder and the file for its marks as arguments, and resolves with the changes it made to
 * that folder. The script must end by itself.
 */
export async function recordDisk(layer: string, script: string, folder: string): Promise<Change[]> {
  const kept = mkdtempSync(join(tmpdir(), 'earshot-disk-'));
  const log = join(kept, 'log');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, folder, join(folder, MARKS)],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Disable io_uring, because it would write to the disk without the C library, whose calls the log records.
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        UV_USE_IO_URING: '0',
        LD_PRELOAD: layer,
        DISK_LOG: log,
        DISK_LOG_ROOT: folder,
      },
    },
  );
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${complaints}`);
  const changes = readDiskLog(readFileSync(log));
  rmSync(kept, { recursive: true });
  return changes;
}

const NEWLINE = 0x0a;

function readDiskLog(log: Buffer): Change[] {
  const changes: Change[] = [];
  for (let at = 0; at < log.length;) {
    const end = log.indexOf(NEWLINE, at);
    const [kind = '', path = '', first = '', second = ''] = log.toString('utf8', at, end).split(' ');
    at = end + 1;
    if (kind !== 'W') {
      changes.push(changeOf(kind, path, first));
      continue;
    }
    const bytes = log.subarray(at, at + Number(second));
    at += bytes.length;
    if (path === MARKS) changes.push({ kind: 'mark', text: bytes.toString().trim() });
    else changes.push({ kind: 'write', path, offset: Number(first), bytes });
  }
  return changes.filter((change) => change.kind === 'mark' || change.path !== MARKS);
}

function changeOf(kind: string, path: string, rest: string): Change {
  if (kind === 'T') return { kind: 'truncate', path, size: Number(rest) };
  if (kind === 'R') return { kind: 'rename', path, to: rest };
  const simple = { C: 'create', D: 'folder', U: 'remove', S: 'sync' } as const;
  if (!Object.hasOwn(simple, kind)) throw new Error(`the disk log has an entry of the unknown kind "${kind}"`);
  return { kind: simple[kind as keyof typeof simple], path };
}
