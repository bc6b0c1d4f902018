import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { asEarshotError } from '@earshot/shared/errors.ts';

/**
 * Ed25519 public keys, raw 32 bytes in base64. There may be several, so that a new key can be added before the old one
 * is removed.
 */
const TrustedKeys = z.array(z.object({ keyId: z.string(), publicKey: z.base64(), owner: z.string() }));
export type TrustedKeys = z.infer<typeof TrustedKeys>;

/** The keys of this build. They come with the software, never with a release. */
const OWN_KEYS = new URL('trusted-keys.json', import.meta.url);

/**
 * The keys of the build and those in the file that EARSHOT_TRUSTED_KEYS names, for people who publish their own
 * releases.
 */
export async function readTrustedKeys(
  more: string | undefined = process.env['EARSHOT_TRUSTED_KEYS'],
): Promise<TrustedKeys> {
  const files = [OWN_KEYS, ...(more ? [more] : [])];
  return (await Promise.all(files.map(readKeys))).flat();
}

async function readKeys(path: string | URL): Promise<TrustedKeys> {
  try {
    return TrustedKeys.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw asEarshotError(error, 'RELEASE_SIGNATURE', `The trusted keys ${String(path)} cannot be read`);
  }
}

/** A key's id is a digest of the key, so two keys cannot have the same id by accident. */
export const keyIdOf = (rawPublicKey: Uint8Array): string =>
  createHash('sha256').update(rawPublicKey).digest('hex').slice(0, 16);

export function isSignedBy(key: TrustedKeys[number], bytes: Uint8Array, signature: string): boolean {
  const x = Buffer.from(key.publicKey, 'base64').toString('base64url');
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, bytes, publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
