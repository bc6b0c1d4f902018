import { createHash } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { makeFolder, writeAtomically } from './atomic-file.ts';

const CHECKED = /^sha256 ([0-9a-f]{64})\n/;

/**
 * A small piece of state that must survive power cuts: one checksum line, then JSON. A damaged file is set aside as
 * `*.corrupt` and reported, never silently replaced.
 */
export class StateFile<T> {
  private readonly path: string;
  private readonly schema: z.ZodType<T>;
  private readonly report: (error: EarshotError) => void;

  constructor(path: string, schema: z.ZodType<T>, report: (error: EarshotError) => void) {
    this.path = path;
    this.schema = schema;
    this.report = report;
  }

  /** Null when there is no file or only a damaged one. Fails when the disk cannot be read at the moment. */
  async read(): Promise<T | null> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw asEarshotError(thrown, 'DISK_UNREADABLE', this.path);
    }
    try {
      return this.decode(text);
    } catch (thrown) {
      // On a read-only disk the damaged file stays where it is.
      await rename(this.path, `${this.path}.corrupt`).catch(() => undefined);
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      this.report(new EarshotError('RECORD_CORRUPT', `${this.path}.corrupt: ${why}`, { cause: thrown }));
      return null;
    }
  }

  async write(value: T): Promise<void> {
    const json = JSON.stringify(value, null, 1);
    await makeFolder(dirname(this.path));
    await writeAtomically(this.path, [Buffer.from(`sha256 ${hash(json)}\n${json}`)]);
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  private decode(text: string): T {
    const found = CHECKED.exec(text);
    const json = found ? text.slice(found[0].length) : '';
    if (found?.[1] !== hash(json)) throw new Error('its checksum does not match');
    return this.schema.parse(JSON.parse(json));
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
