import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { fetchFile, hash } from './fetch-file.ts';
import { filesOf } from './release.ts';
import { writeAtomically } from '../disk/atomic-file.ts';
import type { CloudClient } from '../uplink/cloud-client.ts';

export interface Offer {
  version: string;
  manifestSha256: string;
  signatureSha256?: string | undefined;
  goBack?: boolean | undefined;
}

/**
 * Downloads all files of a release into `dir`. Keeps a file only when its hash matches. An interrupted download
 * continues where it stopped, and files that are already in `have`, the folder of an older release, are not downloaded
 * again.
 */
export async function download(
  offer: Offer,
  dir: string,
  have: string,
  client: CloudClient,
  signal: AbortSignal,
): Promise<void> {
  const fetchTo = async (file: string, sha256: string): Promise<Uint8Array> => {
    const known = (await readIfRight(join(dir, file), sha256)) ?? (await readIfRight(join(have, file), sha256));
    const bytes = known ?? (await fetchFile(client, sha256, join(dir, file), signal));
    await writeAtomically(join(dir, file), [bytes]);
    return bytes;
  };
  if (!offer.signatureSha256)
    throw new EarshotError('RELEASE_SIGNATURE', `The cloud's release ${offer.version} has no signature.`);
  const manifest = parse(await fetchTo('manifest.json', offer.manifestSha256));
  await fetchTo('manifest.sig.json', offer.signatureSha256);
  for (const { file, sha256 } of filesOf(manifest)) await fetchTo(file, sha256);
}

async function readIfRight(path: string, sha256: string): Promise<Uint8Array | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes && hash(bytes) === sha256 ? bytes : null;
}

function parse(bytes: Uint8Array): Manifest {
  const parsed = Manifest.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  if (!parsed.success)
    throw new EarshotError('RELEASE_BROKEN', "The manifest of the cloud's release does not match its contract.", {
      cause: parsed.error,
    });
  return parsed.data;
}
