/**
 * Signs the exact bytes of manifest.json with Ed25519. The private key lies outside of the repository and is never
 * printed.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { keyIdOf } from '@earshot/device/releases/trusted-keys.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

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
  const unusable = (why: string, cause?: unknown) =>
    new EarshotError('SIGNING_KEY', `${path === undefined ? file : `EARSHOT_SIGNING_KEY names ${file}`}: ${why}`, {
      cause,
    });
  try {
    const key = createPrivateKey(await readFile(file));
    if (key.asymmetricKeyType === 'ed25519') return fromPrivateKey(key);
    throw unusable(`it holds a key of the kind ${key.asymmetricKeyType}, not Ed25519.`);
  } catch (error) {
    if (error instanceof EarshotError) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    if (path !== undefined || code !== 'ENOENT') throw unusable(reasonOf(code, error), error);
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // The flag wx fails when the file exists already: of two runs that start at once, only one may create the key.
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return fromPrivateKey(privateKey);
}

function reasonOf(code: string, error: unknown): string {
  if (code === 'ENOENT') return 'there is no such file.';
  if (code === 'EACCES') return 'this user may not read it.';
  if (code.startsWith('ERR_OSSL')) return 'it holds no unencrypted private key in PEM format.';
  return (error as Error).message;
}

export function fromPrivateKey(privateKey: KeyObject): SigningKey {
  const raw = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x as string, 'base64url');
  return {
    keyId: keyIdOf(raw),
    publicKey: raw.toString('base64'),
    sign: (bytes) => sign(null, bytes, privateKey).toString('base64'),
  };
}
