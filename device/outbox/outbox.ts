import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { syncFolder, UNFINISHED, writeAtomically } from '../disk/atomic-file.ts';
import { decodeRecord, encodeRecord, type OutboxRecord } from './record.ts';
import { byUrgency, nextToShed, type Bounds } from './shedding.ts';

const SUFFIX = '.record';
const SET_ASIDE = 'set-aside';
/** 600 clips of 10 s: days of a very noisy home, and small next to any SD card. */
const DEFAULT_BOUNDS: Bounds = { maxBytes: 200_000_000, maxRecords: 5_000 };

export interface OutboxEntry {
  readonly id: string;
  readonly label: string;
  readonly candidate: Candidate;
  readonly bytes: number;
  readonly clipBytes: number;
  /** Only when the disk takes nothing any more: a safety record is then carried in memory alone. */
  readonly inMemory: boolean;
}

export interface OutboxStats {
  records: number;
  bytes: number;
  full: boolean;
  corrupt: number;
}

/**
 * Candidates that the cloud has not committed yet, one file each. `put` resolves when the record would outlive a power cut;
 * `remove` is called only after the cloud has committed. At every point in between, killing the process loses nothing.
 */
export class Outbox {
  private readonly dir: string;
  private readonly bounds: Bounds;
  private readonly report: (error: EarshotError) => void;
  private readonly entries = new Map<string, OutboxEntry>();
  private corrupt = 0;
  private full = false;
  /** Changes run one after the other, so that the bounds hold; reading needs no turn. */
  private turn: Promise<void> = Promise.resolve();

  constructor(dir: string, report: (error: EarshotError) => void, bounds: Bounds = DEFAULT_BOUNDS) {
    this.dir = dir;
    this.bounds = bounds;
    this.report = report;
  }

  /** Reads what an earlier run left: unfinished writes go, damaged records are set aside. */
  async start(): Promise<void> {
    await this.onDisk(() => mkdir(this.dir, { recursive: true, mode: 0o700 }));
    this.corrupt = await this.countSetAside();
    for (const name of (await readdir(this.dir)).sort()) {
      if (name.endsWith(UNFINISHED)) await rm(join(this.dir, name), { force: true });
      else if (name.endsWith(SUFFIX)) await this.recover(name);
    }
  }

  put(record: OutboxRecord): Promise<void> {
    return this.inTurn(async () => {
      const parts = encodeRecord(record);
      const size = parts.reduce((sum, part) => sum + part.length, 0);
      await this.makeRoom(size, this.entries.has(record.candidate.id) ? 0 : 1);
      await this.write(record, parts, size);
    });
  }

  /** Most urgent first. */
  list(): OutboxEntry[] {
    return [...this.entries.values()].sort(byUrgency);
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  /** Null when the clip was shed or the record set aside meanwhile. */
  async readClip(id: string): Promise<Uint8Array | null> {
    if (!this.entries.get(id)?.clipBytes) return null;
    try {
      return decodeRecord(await readFile(this.path(id)), id).clip;
    } catch (thrown) {
      await this.setAside(id, asEarshotError(thrown, 'RECORD_CORRUPT', id));
      return null;
    }
  }

  remove(id: string): Promise<void> {
    return this.inTurn(async () => {
      const entry = this.entries.get(id);
      if (!entry) return;
      this.entries.delete(id);
      this.full = false;
      if (!entry.inMemory) {
        await rm(this.path(id), { force: true });
        await syncFolder(this.dir);
      }
    });
  }

  /** Keeps a record that can't be delivered where a person can look at it, and out of the way of the others. */
  setAside(id: string, why: EarshotError): Promise<void> {
    return this.inTurn(async () => {
      this.entries.delete(id);
      await this.moveAside(id + SUFFIX, why);
    });
  }

  stats(): OutboxStats {
    return { records: this.entries.size, bytes: this.totalBytes(), full: this.full, corrupt: this.corrupt };
  }

  private async recover(name: string): Promise<void> {
    try {
      const bytes = await readFile(join(this.dir, name));
      const { candidate, clip } = decodeRecord(bytes, name);
      if (candidate.id + SUFFIX !== name) throw new EarshotError('RECORD_CORRUPT', `${name} holds ${candidate.id}`);
      this.remember(candidate, bytes.length, clip?.length ?? 0, false);
    } catch (thrown) {
      const why = thrown instanceof EarshotError ? thrown : new EarshotError('RECORD_CORRUPT', name, { cause: thrown });
      await this.moveAside(name, why);
    }
  }

  private async write(record: OutboxRecord, parts: readonly Uint8Array[], size: number): Promise<void> {
    const { candidate, clip } = record;
    for (;;) {
      try {
        await writeAtomically(this.path(candidate.id), parts);
        this.remember(candidate, size, clip?.length ?? 0, false);
        return;
      } catch (thrown) {
        const error = asEarshotError(thrown, 'DISK_UNWRITABLE', this.dir);
        if (error.code === 'DISK_FULL' && (await this.shedOne('bytes'))) continue;
        // The disk takes nothing: the candidate is told all the same, from memory and without its sound.
        this.full = true;
        this.report(error);
        this.remember({ ...candidate, clip: null }, 0, 0, true);
        return;
      }
    }
  }

  private async makeRoom(bytes: number, records: number): Promise<void> {
    while (this.totalBytes() + bytes > this.bounds.maxBytes) if (!(await this.shedOne('bytes'))) break;
    while (this.entries.size + records > this.bounds.maxRecords) if (!(await this.shedOne('records'))) break;
  }

  private async shedOne(over: 'bytes' | 'records'): Promise<boolean> {
    const shed = nextToShed([...this.entries.values()], over);
    if (!shed) return false;
    this.full = true;
    const { candidate } = this.entries.get(shed.id)!;
    if (shed.what === 'record') {
      this.entries.delete(shed.id);
      await rm(this.path(shed.id), { force: true });
      return true;
    }
    const bare = { ...candidate, clip: null };
    const parts = encodeRecord({ candidate: bare, clip: null });
    try {
      await writeAtomically(this.path(shed.id), parts);
    } catch {
      // Not even a kilobyte is free: the clip must go before the bare record can be written in its place.
      this.remember(bare, 0, 0, true);
      await rm(this.path(shed.id), { force: true });
      await writeAtomically(this.path(shed.id), parts);
    }
    this.remember(
      bare,
      parts.reduce((sum, part) => sum + part.length, 0),
      0,
      false,
    );
    return true;
  }

  private remember(candidate: Candidate, bytes: number, clipBytes: number, inMemory: boolean): void {
    this.entries.set(candidate.id, { id: candidate.id, label: candidate.label, candidate, bytes, clipBytes, inMemory });
  }

  private async moveAside(name: string, why: EarshotError): Promise<void> {
    const aside = join(this.dir, SET_ASIDE);
    await mkdir(aside, { recursive: true, mode: 0o700 });
    await rename(join(this.dir, name), join(aside, name)).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'ENOENT') throw thrown;
    });
    this.corrupt++;
    this.report(why);
  }

  private async countSetAside(): Promise<number> {
    return (await readdir(join(this.dir, SET_ASIDE)).catch(() => [])).length;
  }

  private totalBytes(): number {
    let sum = 0;
    for (const entry of this.entries.values()) sum += entry.bytes;
    return sum;
  }

  private path(id: string): string {
    return join(this.dir, id + SUFFIX);
  }

  private inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.turn.then(() => this.onDisk(change));
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async onDisk<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw asEarshotError(thrown, 'DISK_UNWRITABLE', this.dir);
    }
  }
}
