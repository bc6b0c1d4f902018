import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Manifest, ManifestSignature, type ReleaseFile } from '@earshot/shared/contracts/release.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { isSignedBy, readTrustedKeys, type TrustedKeys } from './trusted-keys.ts';

type FileEntry = z.infer<typeof ReleaseFile>;

export interface Release {
  dir: string;
  manifest: Manifest;
  /** SHA-256 of manifest.json. It identifies the whole release, because the manifest contains every file's hash. */
  manifestSha256: string;
  /** Reads a file of the release and checks it against the manifest, at each call. */
  read(entry: FileEntry): Promise<Uint8Array>;
}

export interface LoadOptions {
  /** By default the keys that this build contains. */
  trustedKeys?: TrustedKeys;
}

/**
 * Loads a release that is complete (every hash is right) and signed by a publisher whom this machine trusts (Ed25519).
 * Otherwise throws an error with a RELEASE_ code.
 */
export async function loadRelease(dir: string, { trustedKeys }: LoadOptions = {}): Promise<Release> {
  const bytes = await readPart(dir, 'manifest.json');
  checkSignature(dir, bytes, await readPart(dir, 'manifest.sig.json'), trustedKeys ?? (await readTrustedKeys()));
  const manifest = parseManifest(dir, bytes);
  const release: Release = { dir, manifest, manifestSha256: sha256(bytes), read: (entry) => readEntry(dir, entry) };
  for (const entry of filesOf(manifest)) await release.read(entry);
  return release;
}

export const filesOf = ({ trunk, heads, decision, verifier, golden }: Manifest): FileEntry[] => [
  trunk,
  ...heads,
  decision,
  verifier,
  ...golden,
];

function parseManifest(dir: string, bytes: Uint8Array): Manifest {
  try {
    return Manifest.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new EarshotError('RELEASE_BROKEN', `${join(dir, 'manifest.json')} does not match its contract: ${reason}.`, {
      cause: error,
    });
  }
}

/** One signature by a trusted key is enough. Other signatures may be by keys that are new or retired. */
function checkSignature(dir: string, manifest: Uint8Array, signatureFile: Uint8Array, trusted: TrustedKeys): void {
  let signatures: z.infer<typeof ManifestSignature>['signatures'];
  try {
    ({ signatures } = ManifestSignature.parse(JSON.parse(new TextDecoder().decode(signatureFile))));
  } catch (error) {
    throw new EarshotError('RELEASE_SIGNATURE', `${join(dir, 'manifest.sig.json')} is not valid.`, { cause: error });
  }
  const good = signatures.some(({ keyId, signature }) =>
    trusted.some((key) => key.keyId === keyId && isSignedBy(key, manifest, signature)),
  );
  if (good) return;
  const [theirs, ours] = [signatures, trusted].map((keys) => keys.map(({ keyId }) => keyId).join(', ') || 'none');
  throw new EarshotError('RELEASE_SIGNATURE', `${dir} is signed by ${theirs}; trusted: ${ours}.`);
}

async function readPart(dir: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(join(dir, file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new EarshotError('RELEASE_MISSING', `${join(dir, file)}.`, { cause: error });
    throw asEarshotError(error, 'RELEASE_BROKEN', join(dir, file));
  }
}

async function readEntry(dir: string, { file, sha256: expected, bytes: size }: FileEntry): Promise<Uint8Array> {
  const bytes = await readPart(dir, file);
  const actual = sha256(bytes);
  if (bytes.length === size && actual === expected) return bytes;
  throw new EarshotError(
    'RELEASE_BROKEN',
    `${join(dir, file)} has ${bytes.length} bytes and SHA-256 ${actual.slice(0, 12)}…, the manifest requires ${size} and ${expected.slice(0, 12)}….`,
  );
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
