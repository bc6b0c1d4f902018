/**
 * Signs the exact bytes of manifest.json with Ed25519. The private key lies outside of the repository and is never
 * printed.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { keyIdOf } from '@earshot/device/releases/trusted-keys.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';

export interface SigningKey {
  keyId: string;
  /** The public key: 32 raw bytes in base64, as device/releases/trusted-keys.json contains them. */
  publicKey: string;
  sign(bytes: Uint8Array): string;
}

const ownKeyPath = (): string => join(homedir(), '.config', 'earshot', 'signing-key.pem');

/**
 * EARSHOT_SIGNING_KEY names a PKCS #8 PEM file (as `openssl genpkey -algorithm ed25519` writes it); when it is not set,
 * a key is created once and kept.
 */
export async function signingKey(path = process.env.EARSHOT_SIGNING_KEY, ownPath = ownKeyPath()): Promise<SigningKey> {
  const file = path ?? ownPath;
  try {
    return fromPrivateKey(createPrivateKey(await readFile(file)));
  } catch (error) {
    if (path !== undefined || (error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw asEarshotError(error, 'RELEASE_SIGNATURE', `The signing key ${file} cannot be read`);
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // The flag wx fails when the file exists already: of two runs that start at once, only one may create the key.
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return fromPrivateKey(privateKey);
}

export function fromPrivateKey(privateKey: KeyObject): SigningKey {
  const raw = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x as string, 'base64url');
  return {
    keyId: keyIdOf(raw),
    publicKey: raw.toString('base64'),
    sign: (bytes) => sign(null, bytes, privateKey).toString('base64'),
  };
}
