/** What the device let through of each of calibration's house days, on disk: a day takes minutes, and a killed run goes on after the last one. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CandidateClip } from './candidate-clips.ts';

const FULL_SCALE = 32_767;

export class HouseDayStore {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The candidates of the day that is kept as `name`; else listens to it now. */
  async take(name: string, listen: () => AsyncIterable<CandidateClip>): Promise<CandidateClip[]> {
    const path = join(this.folder, `${name}.json`);
    const kept = await readFile(path, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    });
    if (kept === null) {
      const heard: CandidateClip[] = [];
      for await (const candidate of listen()) heard.push(candidate);
      await mkdir(this.folder, { recursive: true });
      await writeFile(`${path}.part`, JSON.stringify(heard.map(written)), { flush: true });
      await rename(`${path}.part`, path);
      return this.take(name, listen);
    }
    return (JSON.parse(kept) as Written[]).map(read);
  }
}

type Written = Omit<CandidateClip, 'samples'> & { samples: string };

/** 16 bits, as a device sends it. */
const written = ({ samples, ...rest }: CandidateClip): Written => {
  const whole = Int16Array.from(samples, (x) => Math.round(Math.max(-1, Math.min(1, x)) * FULL_SCALE));
  return { ...rest, samples: Buffer.from(whole.buffer).toString('base64') };
};

const read = ({ samples, ...rest }: Written): CandidateClip => {
  const bytes = Uint8Array.from(Buffer.from(samples, 'base64'));
  return { ...rest, samples: Float32Array.from(new Int16Array(bytes.buffer), (x) => x / FULL_SCALE) };
};
