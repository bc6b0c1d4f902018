import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Memory and files that a process uses after a garbage collection (needs --expose-gc). */
export interface Footprint {
  heapMb: number;
  rssMb: number;
  /** Number of open files, including sockets. */
  files: number;
  clips: number;
  clipsMb: number;
  databaseMb: number;
}

export function footprintOf(home: string): Footprint {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const clips = filesBelow(join(home, 'clips'));
  return {
    heapMb: heapUsed / 1e6,
    rssMb: rss / 1e6,
    files: readdirSync('/proc/self/fd').length,
    clips: clips.length,
    clipsMb: sum(clips) / 1e6,
    databaseMb: sum(['cloud.db', 'cloud.db-wal'].map((name) => sizeOf(join(home, name)))) / 1e6,
  };
}

function filesBelow(folder: string): number[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => sizeOf(join(entry.parentPath, entry.name)));
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
