import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSignedBy } from '@earshot/device/releases/trusted-keys.ts';
import { fromPrivateKey, signingKey } from './signing.ts';

const pemOf = ({ privateKey }: { privateKey: KeyObject }, passphrase?: string) =>
  privateKey.export({ type: 'pkcs8', format: 'pem', ...(passphrase && { cipher: 'aes-256-cbc', passphrase }) });
const bytes = Buffer.from('{"schema":1}\n');

describe('signing a release', () => {
  it('the device accepts a signature only when it trusts the key that made it', () => {
    const [own, other] = [0, 1].map(() => fromPrivateKey(generateKeyPairSync('ed25519').privateKey)) as [
      ReturnType<typeof fromPrivateKey>,
      ReturnType<typeof fromPrivateKey>,
    ];
    const signature = own.sign(bytes);
    expect(isSignedBy({ ...own, owner: 'own' }, bytes, signature)).toBe(true);
    expect(isSignedBy({ ...other, owner: 'other' }, bytes, signature)).toBe(false);
    expect(isSignedBy({ ...own, owner: 'own' }, Buffer.from('{"schema":2}\n'), signature)).toBe(false);
  });

  it('uses the key in the file that EARSHOT_SIGNING_KEY names', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'earshot-key-')), 'key.pem');
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect((await signingKey(path)).keyId).toBe(fromPrivateKey(privateKey).keyId);
  });

  it.each([
    ['is missing', null, 'there is no such file'],
    ['is empty', '', 'it holds no unencrypted private key in PEM format'],
    ['holds no key', 'not a key', 'it holds no unencrypted private key in PEM format'],
    ['holds a key of another kind', pemOf(generateKeyPairSync('x25519')), 'it holds a key of the kind x25519'],
    [
      'needs a passphrase',
      pemOf(generateKeyPairSync('ed25519'), 'secret'),
      'it holds no unencrypted private key in PEM format',
    ],
  ])(
    'says why, when the file that EARSHOT_SIGNING_KEY names %s, instead of creating a new key',
    async (_, text, why) => {
      const path = join(await mkdtemp(join(tmpdir(), 'earshot-key-')), 'key.pem');
      if (text !== null) await writeFile(path, text);
      const detail = expect.stringContaining(`EARSHOT_SIGNING_KEY names ${path}: ${why}`);
      await expect(signingKey(path)).rejects.toMatchObject({ code: 'SIGNING_KEY', detail });
    },
  );

  it('creates a key when EARSHOT_SIGNING_KEY is not set; only its user can read it, and later runs use it again', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'earshot-home-')), 'earshot', 'signing-key.pem');
    const first = await signingKey(undefined, path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, 'utf8')).startsWith('-----BEGIN PRIVATE KEY-----')).toBe(true);
    expect((await signingKey(undefined, path)).keyId).toBe(first.keyId);
  });
});
