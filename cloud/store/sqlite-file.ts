import { closeSync, fsyncSync, openSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { EarshotError } from '@earshot/shared/errors.ts';

/** The file that says that this database was made once. */
const markerOf = (path: string): string => `${path}.created`;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** SQLite would quietly make a new database, and a new home, in place of one that was lost or emptied. */
export function refuseLostDatabase(path: string): void {
  if (sizeOf(path) > 0) return;
  const clips = join(dirname(path), 'clips', 'homes');
  const hasClips = statSync(clips, { throwIfNoEntry: false }) !== undefined && readdirSync(clips).length > 0;
  const wasMade = statSync(markerOf(path), { throwIfNoEntry: false }) !== undefined || sizeOf(`${path}-wal`) > 0;
  if (hasClips || wasMade) throw new EarshotError('DATABASE_LOST', path);
}

/** Once the tables are there: from now on an empty file is a lost one. */
export function markDatabaseMade(path: string): void {
  if (statSync(markerOf(path), { throwIfNoEntry: false })) return;
  const file = openSync(markerOf(path), 'w', 0o600);
  fsyncSync(file);
  closeSync(file);
}

/** A check of the whole file may take this share of the time. */
const CHECKING_SHARE = 0.01;

/** Reads the whole file for corrupt pages. A large file is read seldom; the last result holds meanwhile. */
export class IntegrityCheck {
  private readonly file: Sqlite.Database;
  private problem: string | null = null;
  private nextAtMs = -Infinity;

  constructor(file: Sqlite.Database) {
    this.file = file;
  }

  /** Throws DATABASE when a page is corrupt. */
  check(): void {
    const nowMs = performance.now();
    if (nowMs >= this.nextAtMs) {
      const result = this.read();
      this.problem = result === 'ok' ? null : result;
      this.nextAtMs = nowMs + (performance.now() - nowMs) / CHECKING_SHARE;
    }
    if (this.problem !== null) throw new EarshotError('DATABASE', `The file is corrupt: ${this.problem}.`);
  }

  private read(): string {
    try {
      return String(this.file.pragma('integrity_check(1)', { simple: true }));
    } catch (error) {
      return (error as Error).message;
    }
  }
}
