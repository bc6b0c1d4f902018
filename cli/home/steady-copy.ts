import type { Dirent } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readlink, stat, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { EarshotError } from '@earshot/shared/errors.ts';

const TRIES = 5;
const PAUSE_MS = 200;

/**
 * Copies a folder that is in use: each file as it was at one moment. Files that vanish meanwhile are left out, and so are sockets. Throws
 * BACKUP when a file does not stop changing. `leftOut` names entries of the top folder.
 */
export async function copySteadily(
  from: string,
  to: string,
  signal: AbortSignal,
  leftOut: readonly string[] = [],
): Promise<void> {
  const entries = await unlessGone(() => readdir(from, { withFileTypes: true }));
  const info = await unlessGone(() => stat(from));
  if (!entries || !info) return;
  await mkdir(to, { mode: info.mode });
  for (const entry of entries) if (!leftOut.includes(entry.name)) await copyEntry(entry, from, to, signal);
}

async function copyEntry(entry: Dirent, from: string, to: string, signal: AbortSignal): Promise<void> {
  const [source, target] = [join(from, entry.name), join(to, entry.name)];
  if (entry.isDirectory()) return copySteadily(source, target, signal);
  if (entry.isSymbolicLink()) {
    const link = await unlessGone(() => readlink(source));
    if (link !== null) await symlink(link, target);
    return;
  }
  if (!entry.isFile()) return;
  for (let tried = 0; tried < TRIES; tried++) {
    if (tried > 0) await sleep(PAUSE_MS, undefined, { signal });
    if (await copyFile(source, target, signal)) return;
  }
  throw new EarshotError('BACKUP', `${source} changed each of the ${TRIES} times that it was copied.`);
}

/** Returns whether the copy is whole: false when the file changed meanwhile. A file that was replaced by rename did not change. */
async function copyFile(from: string, to: string, signal: AbortSignal): Promise<boolean> {
  const file = await unlessGone(() => open(from, 'r'));
  if (!file) return true;
  try {
    const before = await file.stat({ bigint: true });
    const copy = createWriteStream(to, { mode: Number(before.mode) });
    await pipeline(file.createReadStream({ autoClose: false }), copy, { signal });
    const after = await file.stat({ bigint: true });
    await utimes(to, Number(before.atimeMs) / 1_000, Number(before.mtimeMs) / 1_000);
    return before.mtimeNs === after.mtimeNs && before.size === after.size && BigInt(copy.bytesWritten) === after.size;
  } finally {
    await file.close();
  }
}

async function unlessGone<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
