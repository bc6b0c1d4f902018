import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Clock } from '@earshot/shared/clock.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import type { ClipLinks } from './clip-links.ts';
import {
  checkKey,
  checkPrefix,
  type ClipPromise,
  type ClipStore,
  type DownloadLink,
  type UploadLink,
} from './clip-store.ts';

/** Folder for unfinished uploads. No key can lead into it, because keys do not begin with a dot. */
const INCOMING = '.incoming';

/**
 * Clips as files below one folder. A put writes a temporary file, fsyncs it, renames it and fsyncs the folder, so that a power cut leaves
 * the complete clip or none. Links to the clips lead to the API (api/clip-link-routes.ts).
 */
export class FileClipStore implements ClipStore {
  readonly kind = 'file';
  readonly links: ClipLinks;
  private readonly folder: string;
  private readonly clock: Clock;

  constructor(folder: string, links: ClipLinks, clock: Clock) {
    this.folder = folder;
    this.links = links;
    this.clock = clock;
  }

  async put(key: string, bytes: Uint8Array, sha256: string): Promise<void> {
    await this.receive({ key, sha256, bytes: bytes.length }, [bytes]);
  }

  /**
   * Stores a stream chunk by chunk, without holding all of it in memory. Throws CLIP_MISMATCH as soon as the bytes differ from the
   * registered length or hash.
   */
  async receive(clip: ClipPromise, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    const { key } = clip;
    const path = this.path(key);
    const aside = join(this.folder, INCOMING, randomUUID());
    try {
      await makeFolder(dirname(aside));
      await makeFolder(dirname(path));
      const file = await open(aside, 'wx');
      try {
        await writeChecked(file, clip, chunks);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(aside, path);
      await syncFolder(dirname(path));
    } catch (error) {
      // Whatever made the writing fail may also make the removal fail. Report only the first error.
      await rm(aside, { force: true }).catch(() => undefined);
      throw asEarshotError(error, 'CLIP_STORE', key);
    }
  }

  get(key: string): Promise<Uint8Array | null> {
    return unlessMissing(() => readFile(this.path(key)), null, key);
  }

  size(key: string): Promise<number | null> {
    return unlessMissing(async () => (await stat(this.path(key))).size, null, key);
  }

  async delete(key: string): Promise<void> {
    const path = this.path(key);
    const removed = await unlessMissing(async () => (await unlink(path), true), false, key);
    if (removed) await unlessMissing(() => syncFolder(dirname(path)), undefined, key);
  }

  async deletePrefix(prefix: string): Promise<number> {
    checkPrefix(prefix);
    let count = 0;
    for await (const key of this.list(prefix)) {
      await this.delete(key);
      count++;
    }
    await rm(join(this.folder, prefix), { recursive: true, force: true });
    return count;
  }

  async *list(prefix: string): AsyncIterable<string> {
    checkPrefix(prefix);
    const root = join(this.folder, prefix);
    const entries = await unlessMissing(() => readdir(root, { recursive: true, withFileTypes: true }), [], prefix);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      yield relative(this.folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    }
  }

  async uploadLink(clip: ClipPromise, lifeMs: number): Promise<UploadLink> {
    checkKey(clip.key);
    const expiresAtMs = this.clock.nowMs() + lifeMs;
    const headers = { 'content-type': 'audio/wav' };
    return { method: 'PUT', url: this.links.upload(clip, expiresAtMs), headers, expiresAtMs };
  }

  async downloadLink(key: string, lifeMs: number, reader: string): Promise<DownloadLink> {
    checkKey(key);
    const expiresAtMs = this.clock.nowMs() + lifeMs;
    return { url: this.links.download(key, expiresAtMs, reader), expiresAtMs };
  }

  /** Checks by writing and removing a few bytes, because the folder may exist on a full or read-only disk. */
  async check(): Promise<void> {
    const probe = `checks/${randomUUID()}`;
    await this.put(probe, Buffer.from('ok'), createHash('sha256').update('ok').digest('hex'));
    await this.delete(probe);
  }

  private path(key: string): string {
    checkKey(key);
    return join(this.folder, key);
  }
}

async function writeChecked(
  file: FileHandle,
  { bytes, sha256 }: ClipPromise,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of chunks) {
    received += chunk.length;
    if (received > bytes) throw new EarshotError('CLIP_MISMATCH', `Received more than ${bytes} bytes.`);
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  if (received !== bytes) throw new EarshotError('CLIP_MISMATCH', `Received ${received} bytes, not ${bytes}.`);
  if (hash.digest('hex') !== sha256)
    throw new EarshotError('CLIP_MISMATCH', 'The received bytes differ from the registered bytes.');
}

/** Creates the folder and fsyncs its parents, so that a new folder survives a power cut. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made !== dirname(first); made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function unlessMissing<T>(work: () => Promise<T>, missing: T, key: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return missing;
    throw asEarshotError(error, 'CLIP_STORE', key);
  }
}
