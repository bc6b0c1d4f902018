import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import type { CloudClient } from '../uplink/cloud-client.ts';

/**
 * Downloads the file with this hash and returns its bytes. Until it is complete, its beginning is kept on disk in
 * `path`.part: after a broken connection the next try requests only the rest. The file is accepted only when the hash
 * of the whole file matches.
 */
export async function fetchFile(
  client: CloudClient,
  sha256: string,
  path: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const part = `${path}.part`;
  await fetchRest(client, sha256, part, signal);
  const bytes = await readFile(part);
  await rm(part);
  if (hash(bytes) !== sha256)
    throw new EarshotError(
      'UNREACHABLE',
      `${bytes.length} bytes arrived whose hash is not ${sha256.slice(0, 12)}…: the download was truncated or changed.`,
    );
  return bytes;
}

async function fetchRest(client: CloudClient, sha256: string, part: string, signal: AbortSignal): Promise<void> {
  // Open the file before the request, so that no bytes wait in memory: they would be lost when the connection breaks.
  const file = await onDisk(part, () => open(part, 'a', 0o600));
  try {
    const { size } = await onDisk(part, () => file.stat());
    const { isRest, body } = await client.modelFile(sha256, size, signal).catch(async (error: EarshotError) => {
      if (size === 0 || error.code !== 'BAD_REQUEST') throw error;
      // The partial file is longer than the file itself: empty it, so that the next try starts from the beginning.
      await file.truncate();
      throw new EarshotError('UNREACHABLE', error.message, { cause: error });
    });
    if (!isRest) await onDisk(part, () => file.truncate());
    for await (const bytes of body) await onDisk(part, () => file.write(bytes));
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw asEarshotError(thrown, 'UNREACHABLE', `the download of ${sha256.slice(0, 12)}… was interrupted`);
  } finally {
    await file.close();
  }
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asEarshotError(thrown, 'DISK_UNWRITABLE', path);
  }
}

export const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
