import { closeSync, fsyncSync, openSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { EarshotError } from '@earshot/shared/errors.ts';

/** A file beside the database that proves that the database was created earlier. */
const markerOf = (path: string): string => `${path}.created`;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/**
 * Fails when an existing database file was lost or emptied. SQLite would silently create a new database, and with it a new home.
 */
export function refuseLostDatabase(path: string): void {
  if (sizeOf(path) > 0) return;
  const clips = join(dirname(path), 'clips', 'homes');
  const hasClips = statSync(clips, { throwIfNoEntry: false }) !== undefined && readdirSync(clips).length > 0;
  const wasMade = statSync(markerOf(path), { throwIfNoEntry: false }) !== undefined || sizeOf(`${path}-wal`) > 0;
  if (hasClips || wasMade) throw new EarshotError('DATABASE_LOST', path);
}

/** Called after the tables were created. From then on, an empty or missing file counts as a lost database. */
export function markDatabaseMade(path: string): void {
  if (statSync(markerOf(path), { throwIfNoEntry: false })) return;
  const file = openSync(markerOf(path), 'w', 0o600);
  fsyncSync(file);
  closeSync(file);
}

/** Checks of the whole file may take at most this share of the process's running time. */
const CHECKING_SHARE = 0.01;

/**
 * Searches the whole file for corrupt pages. Larger files are checked less often; between checks the last result is used.
 */
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
