/**
 * Stores the device's candidates of each house day of the calibration. Playing a day takes minutes, so a killed run
 * continues after the last stored day.
 */
import { join } from 'node:path';
import { keptFile } from '../kept-file.ts';
import type { CandidateClip } from './candidate-clips.ts';

const FULL_SCALE = 32_767;

export class HouseDayStore {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Returns the stored candidates of the day `name`. If there are none, plays the day and stores them. */
  async take(name: string, listen: () => AsyncIterable<CandidateClip>): Promise<CandidateClip[]> {
    const kept = await keptFile(join(this.folder, `${name}.json`), async () => {
      const heard: Written[] = [];
      for await (const candidate of listen()) heard.push(written(candidate));
      return Buffer.from(JSON.stringify(heard));
    });
    return (JSON.parse(kept.toString('utf8')) as Written[]).map(read);
  }
}

type Written = Omit<CandidateClip, 'samples'> & { samples: string };

/** Converts the clip to 16 bits, as a device sends it. */
const written = ({ samples, ...rest }: CandidateClip): Written => {
  const whole = Int16Array.from(samples, (x) => Math.round(Math.max(-1, Math.min(1, x)) * FULL_SCALE));
  return { ...rest, samples: Buffer.from(whole.buffer).toString('base64') };
};

const read = ({ samples, ...rest }: Written): CandidateClip => {
  const bytes = Uint8Array.from(Buffer.from(samples, 'base64'));
  return { ...rest, samples: Float32Array.from(new Int16Array(bytes.buffer), (x) => x / FULL_SCALE) };
};
