import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Returns the bytes of the file. If the file does not exist, makes its bytes and stores them. A process that is killed
 * meanwhile leaves no incomplete file.
 */
export async function keptFile(path: string, make: () => Promise<Uint8Array>): Promise<Buffer> {
  const kept = await readFile(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  });
  if (kept) return kept;
  const made = await make();
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, made, { flush: true });
  await rename(`${path}.part`, path);
  return Buffer.from(made);
}
