import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { asEarshotError, type EarshotError } from '@earshot/shared/errors.ts';
import { writeAtomically } from '../disk/atomic-file.ts';

export interface KeptSound {
  sha256: string;
  sound: TaughtSoundFile;
}

/** Taught sounds on disk, one file each, so that a device that starts without the internet listens for them. */
export class TaughtFolder {
  private readonly dir: string;
  private readonly report: (error: EarshotError) => void;

  constructor(dir: string, report: (error: EarshotError) => void) {
    this.dir = dir;
    this.report = report;
  }

  /**
   * A file that cannot be read is reported and left out: the released sounds and the other taught sounds work without
   * it.
   */
  async read(): Promise<KeptSound[]> {
    const names = await readdir(this.dir).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      this.report(asEarshotError(error, 'TAUGHT_SOUND', this.dir));
      return [];
    });
    const kept: KeptSound[] = [];
    for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
      try {
        kept.push(parseSound(await readFile(join(this.dir, name))));
      } catch (error) {
        this.report(asEarshotError(error, 'TAUGHT_SOUND', join(this.dir, name)));
      }
    }
    return kept;
  }

  async write(label: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    await writeAtomically(join(this.dir, `${label}.json`), [bytes]);
  }

  async remove(label: string): Promise<void> {
    await rm(join(this.dir, `${label}.json`), { force: true });
  }
}

/** `here`: taught with `earshot teach` on this machine; `cloud`: taught in the app. */
export const taughtFolder = (
  home: string,
  from: 'here' | 'cloud',
  report: (error: EarshotError) => void,
): TaughtFolder => new TaughtFolder(join(home, 'device', 'taught', from), report);

export const parseSound = (bytes: Uint8Array): KeptSound => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  sound: TaughtSoundFile.parse(JSON.parse(new TextDecoder().decode(bytes))),
});
