import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { decodeRecord, encodeRecord, type OutboxRecord } from './record.ts';
import type { RecordFolder } from './record-folder.ts';

/** A record that was read, with its size on disk. */
export interface StoredRecord extends OutboxRecord {
  bytes: number;
}

/**
 * The outbox's folder on a disk that may fail. Reports each fault once, remembers what it could not read or remove, and
 * sets damaged records aside.
 */
export class RecordDisk {
  private readonly folder: RecordFolder;
  private readonly report: (error: EarshotError) => void;
  /** Whether the disk may hold records that could not be read yet. */
  isUnread = true;
  /** How many records were set aside, including earlier runs. */
  corrupt = 0;
  /** The fault that was reported last; null while the disk works. */
  fault: string | null = null;
  /** Delivered records that the disk refused to remove. */
  private readonly undeleted = new Set<string>();

  constructor(folder: RecordFolder, report: (error: EarshotError) => void) {
    this.folder = folder;
    this.report = report;
  }

  /**
   * Finds all intact records, except delivered records and those for which `isKnown` is true. Sets damaged records
   * aside.
   */
  async readAll(isKnown: (id: string) => boolean, found: (record: StoredRecord) => void): Promise<void> {
    this.isUnread = false;
    try {
      const ids = await this.folder.list();
      this.corrupt = await this.folder.countSetAside();
      for (const id of ids) {
        if (isKnown(id) || this.undeleted.has(id)) continue;
        const record = await this.recover(id);
        if (record) found(record);
      }
    } catch (thrown) {
      this.isUnread = true;
      this.reportDisk(asEarshotError(thrown, 'DISK_UNREADABLE', this.folder.dir));
    }
  }

  /** Detects that the disk has become full or read-only before there is a record to write, and that it works again. */
  async check(): Promise<void> {
    try {
      await this.folder.check();
      if (!this.isUnread) this.fault = null;
    } catch (thrown) {
      this.reportDisk(asEarshotError(thrown, 'DISK_UNWRITABLE', this.folder.dir));
    }
  }

  /** Null when there is no such file. Fails when the disk cannot be read at the moment. */
  read(id: string): Promise<Uint8Array | null> {
    return this.folder.read(id);
  }

  /** Writes a record. Returns its size on disk; null when the disk refused it. */
  async write(record: OutboxRecord): Promise<number | null> {
    const parts = encodeRecord(record);
    try {
      await this.folder.write(record.candidate.id, parts);
      return sizeOf(parts);
    } catch (thrown) {
      this.reportDisk(asEarshotError(thrown, 'DISK_UNWRITABLE', this.folder.dir));
      return null;
    }
  }

  /** Returns whether the file is gone. If not, `removeLeftovers` tries again later. */
  async remove(id: string): Promise<boolean> {
    try {
      await this.folder.remove(id);
      this.undeleted.delete(id);
      return true;
    } catch (thrown) {
      this.undeleted.add(id);
      this.reportDisk(asEarshotError(thrown, 'DISK_UNWRITABLE', this.folder.dir));
      return false;
    }
  }

  async removeLeftovers(): Promise<void> {
    for (const id of this.undeleted) await this.remove(id);
  }

  async setAside(id: string, why: EarshotError): Promise<void> {
    this.corrupt++;
    this.report(why);
    await this.folder.setAside(id).catch((error: EarshotError) => this.reportDisk(error));
  }

  private async recover(id: string): Promise<StoredRecord | null> {
    const bytes = await this.folder.read(id).catch((error: EarshotError) => {
      // Keep the record: it may be intact, because the cause may be too many open files or a bus error.
      this.isUnread = true;
      this.reportDisk(error);
      return null;
    });
    if (!bytes) return null;
    try {
      const record = decodeRecord(bytes, id);
      if (record.candidate.id !== id)
        throw new EarshotError('RECORD_CORRUPT', `the file of record ${id} contains record ${record.candidate.id}`);
      return { ...record, bytes: bytes.length };
    } catch (thrown) {
      const why = thrown instanceof EarshotError ? thrown : new EarshotError('RECORD_CORRUPT', id, { cause: thrown });
      await this.setAside(id, why);
      return null;
    }
  }

  /** Reports each fault once, not for every record. */
  private reportDisk(error: EarshotError): void {
    if (this.fault === error.code) return;
    this.fault = error.code;
    this.report(error);
  }
}

export const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);
