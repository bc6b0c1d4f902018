import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestCloud } from './test-cloud.ts';

/** Makes every file of a release available on the test cloud and offers it to the device. */
export async function shelve(cloud: TestCloud, dir: string, version: string): Promise<string> {
  const hashes = new Map<string, string>();
  for (const name of await readdir(dir)) {
    const bytes = readFileSync(join(dir, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    cloud.files.set(sha256, bytes);
    hashes.set(name, sha256);
  }
  const [manifestSha256 = '', signatureSha256] = [hashes.get('manifest.json'), hashes.get('manifest.sig.json')];
  cloud.answer.release = { version, manifestSha256, signatureSha256 };
  return manifestSha256;
}
