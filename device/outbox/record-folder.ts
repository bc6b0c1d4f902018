import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { makeFolder, syncFolder, UNFINISHED, writeAtomically } from '../disk/atomic-file.ts';

const SUFFIX = '.record';
const SET_ASIDE = 'set-aside';

/** The outbox's files: one per record, named by its id. Each method fails with the error of the disk. */
export class RecordFolder {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Returns the ids of all records. Removes the files of interrupted writes. */
  async list(): Promise<string[]> {
    await makeFolder(this.dir).catch(unlessReadOnly);
    const names = (await readdir(this.dir).catch(noneIfMissing)).sort();
    for (const name of names) {
      if (name.endsWith(UNFINISHED)) await rm(join(this.dir, name), { force: true }).catch(unlessReadOnly);
    }
    return names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
  }

  /** Writes and removes a small file, so that a full or read-only disk is detected before there is a record to write. */
  async check(): Promise<void> {
    // The suffix marks a temporary file, so that the next start removes it when this process ends now.
    const probe = join(this.dir, `check${UNFINISHED}`);
    await writeAtomically(probe, [Buffer.alloc(4_096)]);
    await rm(probe);
  }

  async write(id: string, parts: readonly Uint8Array[]): Promise<void> {
    try {
      await writeAtomically(this.path(id), parts);
    } catch (thrown) {
      // The folder is missing: somebody deleted it, or it could not be created at the start.
      if (((thrown as Error).cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') throw thrown;
      await makeFolder(this.dir);
      await writeAtomically(this.path(id), parts);
    }
  }

  /** Null when there is no such file. */
  async read(id: string): Promise<Uint8Array | null> {
    try {
      return await readFile(this.path(id));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw asEarshotError(thrown, 'DISK_UNREADABLE', this.path(id));
    }
  }

  async remove(id: string): Promise<void> {
    try {
      await rm(this.path(id), { force: true });
      await syncFolder(this.dir);
    } catch (thrown) {
      throw asEarshotError(thrown, 'DISK_UNWRITABLE', this.path(id));
    }
  }

  /** Moves a record into a separate folder, where an operator can look at it. */
  async setAside(id: string): Promise<void> {
    const aside = join(this.dir, SET_ASIDE);
    try {
      await makeFolder(aside);
      await rename(this.path(id), join(aside, id + SUFFIX));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT')
        throw asEarshotError(thrown, 'DISK_UNWRITABLE', this.path(id));
    }
  }

  async countSetAside(): Promise<number> {
    return (await readdir(join(this.dir, SET_ASIDE)).catch(() => [])).length;
  }

  private path(id: string): string {
    return join(this.dir, id + SUFFIX);
  }
}

function noneIfMissing(thrown: NodeJS.ErrnoException): string[] {
  if (thrown.code !== 'ENOENT') throw thrown;
  return [];
}

/** Ignores errors of a read-only disk: its records can still be delivered. */
function unlessReadOnly(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== 'EROFS' && thrown.code !== 'EACCES') throw thrown;
}
