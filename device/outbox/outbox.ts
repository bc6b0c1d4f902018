import type { Clock } from '@earshot/shared/clock.ts';
import type { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { asEarshotError, type EarshotError } from '@earshot/shared/errors.ts';
import { CLASS_RANK, labelInfo } from '@earshot/shared/labels.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { decodeRecord, encodeRecord, type OutboxRecord } from './record.ts';
import { RecordDisk, sizeOf } from './record-disk.ts';
import { RecordFolder } from './record-folder.ts';
import { byUrgency, nextToShed, type Bounds } from './shedding.ts';

/** The default limits: 600 clips of 10 s, which are days of a very noisy home and little compared with any SD card. */
const DEFAULT_BOUNDS: Bounds = { maxBytes: 200_000_000, maxRecords: 5_000 };
/** Limit for the clips in memory while the disk refuses writes: 25 clips of 10 s. */
const MOST_MEMORY_BYTES = 8_000_000;
/** How often to retry a disk that failed. */
const DISK_RETRY_MS = 15_000;

export interface OutboxEntry {
  readonly id: string;
  readonly label: string;
  readonly candidate: Candidate;
  /** Size on disk; 0 for an entry that is only in memory. */
  readonly bytes: number;
  readonly clipBytes: number;
  /** Whether the disk refused the entry. Such an entry is delivered from memory, and is lost when this process ends. */
  readonly inMemory: boolean;
}

export interface OutboxStats {
  records: number;
  bytes: number;
  full: boolean;
  corrupt: number;
  inMemory: number;
}

/**
 * Candidates that the cloud has not committed yet, one file each. `put` resolves when the record would survive a power
 * cut or, when the disk fails, when it is in memory. A failing disk is reported and never stops the listening. `remove`
 * is called only after the cloud has committed the record.
 */
export class Outbox {
  private readonly disk: RecordDisk;
  private readonly bounds: Bounds;
  private readonly entries = new Map<string, OutboxEntry>();
  /** The clips of entries that are only in memory. */
  private readonly clips = new Map<string, Uint8Array>();
  private hasShed = false;
  /**
   * Changes run one after the other, so that the limits hold; reads need not wait. `inTurn` does this in four lines, so
   * p-queue is not needed.
   */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    dir: string,
    report: (error: EarshotError) => void,
    bounds: Bounds = DEFAULT_BOUNDS,
    folder = new RecordFolder(dir),
  ) {
    this.disk = new RecordDisk(folder, report);
    this.bounds = bounds;
  }

  /**
   * Reads the records of an earlier run and sets damaged records aside. `run` retries records that cannot be read at
   * the moment.
   */
  start(): Promise<void> {
    return this.inTurn(async () => {
      await this.readAll();
      await this.disk.check();
    });
  }

  /** Until the signal aborts, retries what a failed disk refused: reads, writes and removals. */
  async run(clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(clock, DISK_RETRY_MS, signal);
      if (!signal.aborted) await this.retryDisk();
    }
  }

  retryDisk(): Promise<void> {
    return this.inTurn(async () => {
      if (this.disk.isUnread) await this.readAll();
      if (this.disk.fault !== null) await this.disk.check();
      await this.disk.removeLeftovers();
      for (const entry of [...this.entries.values()]) {
        if (!entry.inMemory) continue;
        if (!(await this.save({ candidate: entry.candidate, clip: this.clips.get(entry.id) ?? null }))) return;
      }
    });
  }

  put(record: OutboxRecord): Promise<void> {
    return this.inTurn(async () => {
      const { candidate, clip } = record;
      const size = sizeOf(encodeRecord(record));
      await this.makeRoom(size, this.entries.has(candidate.id) ? 0 : 1);
      for (;;) {
        if (await this.save(record)) return;
        if (this.disk.fault !== 'DISK_FULL' || !(await this.shedForUrgent(candidate.label))) break;
      }
      this.keepInMemory(candidate, clip);
    });
  }

  /** The records, most urgent first. */
  list(): OutboxEntry[] {
    return [...this.entries.values()].sort(byUrgency);
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  /** Null when the clip was dropped or is damaged. Fails when the disk cannot be read now. */
  async readClip(id: string): Promise<Uint8Array | null> {
    const entry = this.entries.get(id);
    if (!entry?.clipBytes) return null;
    if (entry.inMemory) return this.clips.get(id) ?? null;
    const bytes = await this.disk.read(id);
    try {
      if (bytes) return decodeRecord(bytes, id).clip;
    } catch (thrown) {
      await this.inTurn(() => this.disk.setAside(id, asEarshotError(thrown, 'RECORD_CORRUPT', id)));
    }
    // Only the clip is lost; the candidate is delivered without a clip.
    this.keepInMemory({ ...entry.candidate, clip: null }, null);
    return null;
  }

  remove(id: string): Promise<void> {
    return this.inTurn(async () => {
      const entry = this.entries.get(id);
      if (!entry) return;
      this.forget(id);
      this.hasShed = false;
      if (!entry.inMemory) await this.disk.remove(id);
    });
  }

  /** Keeps a record that can't be delivered in a separate folder, where an operator can look at it. */
  setAside(id: string, why: EarshotError): Promise<void> {
    return this.inTurn(async () => {
      this.forget(id);
      await this.disk.setAside(id, why);
    });
  }

  stats(): OutboxStats {
    const all = [...this.entries.values()];
    const inMemory = all.filter((entry) => entry.inMemory).length;
    const full = this.hasShed || inMemory > 0 || this.disk.fault !== null;
    return { records: all.length, bytes: this.totalBytes(), full, corrupt: this.disk.corrupt, inMemory };
  }

  private readAll(): Promise<void> {
    return this.disk.readAll(
      (id) => this.entries.has(id),
      ({ candidate, clip, bytes }) => this.remember(candidate, bytes, clip?.length ?? 0, false),
    );
  }

  /** Returns whether the record is on disk. */
  private async save(record: OutboxRecord): Promise<boolean> {
    const { candidate, clip } = record;
    const bytes = await this.disk.write(record);
    if (bytes === null) return false;
    this.clips.delete(candidate.id);
    this.remember(candidate, bytes, clip?.length ?? 0, false);
    return true;
  }

  private keepInMemory(candidate: Candidate, clip: Uint8Array | null): void {
    this.clips.delete(candidate.id);
    if (clip) this.clips.set(candidate.id, clip);
    this.remember(candidate, 0, clip?.length ?? 0, true);
    let bytes = [...this.clips.values()].reduce((sum, { length }) => sum + length, 0);
    while (bytes > MOST_MEMORY_BYTES) {
      const inMemory = [...this.entries.values()].filter((entry) => entry.inMemory);
      const shed = nextToShed(inMemory, 'bytes');
      if (shed?.what !== 'clip') return;
      const entry = this.entries.get(shed.id)!;
      bytes -= entry.clipBytes;
      this.clips.delete(shed.id);
      this.remember({ ...entry.candidate, clip: null }, 0, 0, true);
    }
  }

  private async makeRoom(bytes: number, records: number): Promise<void> {
    while (this.totalBytes() + bytes > this.bounds.maxBytes) if (!(await this.shedOne('bytes'))) break;
    while (this.entries.size + records > this.bounds.maxRecords) if (!(await this.shedOne('records'))) break;
  }

  /**
   * On a full disk, drops a clip of a lower class to make room for this record. When there is no such clip, the new
   * record stays in memory.
   */
  private async shedForUrgent(label: string): Promise<boolean> {
    const rank = (of: string) => CLASS_RANK[labelInfo(of).class];
    const lower = [...this.entries.values()].filter((entry) => !entry.inMemory && rank(entry.label) > rank(label));
    const shed = nextToShed(lower, 'bytes');
    if (shed?.what !== 'clip') return false;
    await this.shedClip(shed.id);
    return true;
  }

  private async shedOne(over: 'bytes' | 'records'): Promise<boolean> {
    const shed = nextToShed([...this.entries.values()], over);
    if (!shed) return false;
    this.hasShed = true;
    if (shed.what === 'clip') await this.shedClip(shed.id);
    else {
      const wasOnDisk = !this.entries.get(shed.id)!.inMemory;
      this.forget(shed.id);
      if (wasOnDisk) await this.disk.remove(shed.id);
    }
    return true;
  }

  private async shedClip(id: string): Promise<void> {
    const entry = this.entries.get(id)!;
    this.hasShed = true;
    const bare = { ...entry.candidate, clip: null };
    this.keepInMemory(bare, null);
    if (entry.inMemory || (await this.save({ candidate: bare, clip: null }))) return;
    // The disk has less than a kilobyte free, so the clip must go before the record can be written without it.
    if (await this.disk.remove(id)) await this.save({ candidate: bare, clip: null });
  }

  private remember(candidate: Candidate, bytes: number, clipBytes: number, inMemory: boolean): void {
    this.entries.set(candidate.id, { id: candidate.id, label: candidate.label, candidate, bytes, clipBytes, inMemory });
  }

  private forget(id: string): void {
    this.entries.delete(id);
    this.clips.delete(id);
  }

  private totalBytes(): number {
    let sum = 0;
    for (const entry of this.entries.values()) sum += entry.bytes;
    return sum;
  }

  private inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.turn.then(change);
    this.turn = done.catch(() => undefined);
    return done;
  }
}
