import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface ShelvedRelease {
  manifest: Manifest;
  manifestSha256: string;
  signatureSha256: string;
}

/**
 * The model release that this cloud verifies with and offers to devices. Files are addressed by their hash, which is checked when the shelf
 * opens. Only devices check the signature: they trust the signing keys, not the server.
 */
export class ReleaseShelf {
  readonly dir: string;
  private readonly files = new Map<string, string>();
  private shelved: ShelvedRelease | null = null;

  constructor(dir: string) {
    this.dir = dir;
  }

  /**
   * The current release. Null when the folder contains none. Without a release the API still works, but a worker cannot start.
   */
  get current(): ShelvedRelease | null {
    return this.shelved;
  }

  require(): ShelvedRelease {
    if (!this.shelved) throw new EarshotError('RELEASE_MISSING', join(this.dir, 'manifest.json'));
    return this.shelved;
  }

  async open(): Promise<void> {
    if (!existsSync(join(this.dir, 'manifest.json'))) return;
    const manifestBytes = await this.read('manifest.json');
    const signatureBytes = await this.read('manifest.sig.json');
    const manifest = parseManifest(manifestBytes);
    const { trunk, heads, decision, verifier, golden } = manifest;
    const entries = [trunk, ...heads, decision, verifier, ...golden];
    for (const { file, sha256: expected } of entries) {
      const actual = sha256(await this.read(file));
      if (actual !== expected)
        throw new EarshotError(
          'RELEASE_BROKEN',
          `${join(this.dir, file)} has SHA-256 ${actual}, but the manifest says ${expected}.`,
        );
      this.files.set(expected, file);
    }
    const shelved = { manifest, manifestSha256: sha256(manifestBytes), signatureSha256: sha256(signatureBytes) };
    this.files.set(shelved.manifestSha256, 'manifest.json').set(shelved.signatureSha256, 'manifest.sig.json');
    this.shelved = shelved;
  }

  has(hash: string): boolean {
    return this.files.has(hash);
  }

  /** The bytes of a file. Checks the hash again, because the file may have been damaged on the disk since the start. */
  async file(hash: string): Promise<Uint8Array> {
    const name = this.files.get(hash);
    if (!name) throw new EarshotError('NOT_FOUND', 'model');
    const bytes = await this.read(name);
    if (sha256(bytes) !== hash) throw new EarshotError('RELEASE_BROKEN', join(this.dir, name));
    return bytes;
  }

  private async read(file: string): Promise<Uint8Array> {
    try {
      return await readFile(join(this.dir, file));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'RELEASE_MISSING' : 'RELEASE_BROKEN';
      throw asEarshotError(error, code, join(this.dir, file));
    }
  }
}

function parseManifest(bytes: Uint8Array): Manifest {
  try {
    return Manifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw asEarshotError(error, 'RELEASE_BROKEN', 'manifest.json');
  }
}
