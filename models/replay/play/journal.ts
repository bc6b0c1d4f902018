import { createReadStream } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { asEarshotError } from '@earshot/shared/errors.ts';
import type { PlayedSession } from './played.ts';

/**
 * Records what a run has played, one line per session, so that a killed run continues where it stopped. The first line
 * identifies the run; a journal of a different run is replaced. A session whose line was cut off by the kill is played
 * again.
 */
export class Journal {
  private readonly file: FileHandle;
  private readonly path: string;
  readonly played: ReadonlyMap<number, PlayedSession>;

  private constructor(file: FileHandle, path: string, played: ReadonlyMap<number, PlayedSession>) {
    this.file = file;
    this.path = path;
    this.played = played;
  }

  /** `key` is a hash of corpus, release, seed and mode: everything on which the results depend. */
  static async open(path: string, key: string): Promise<Journal> {
    try {
      await mkdir(dirname(path), { recursive: true });
      const played = await read(path, key);
      const file = await open(path, played.size > 0 ? 'a' : 'w');
      // Begin with a newline, because a kill may have cut off the last line.
      await file.write(played.size > 0 ? '\n' : `${JSON.stringify({ key })}\n`);
      return new Journal(file, path, played);
    } catch (error) {
      throw asEarshotError(error, 'DISK_UNWRITABLE', path);
    }
  }

  async add(session: PlayedSession): Promise<void> {
    try {
      await this.file.write(`${JSON.stringify(session)}\n`);
    } catch (error) {
      throw asEarshotError(error, 'DISK_UNWRITABLE', this.path);
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  /** Deletes the journal. Called when the run is finished and its report is written. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

async function read(path: string, key: string): Promise<Map<number, PlayedSession>> {
  const played = new Map<number, PlayedSession>();
  const input = createReadStream(path);
  let first = true;
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      const entry = parse(line);
      if (first && (entry as { key?: string } | null)?.key !== key) return played;
      if (!first && entry !== null) played.set((entry as PlayedSession).session, entry as PlayedSession);
      first = false;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    input.destroy();
  }
  return played;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
