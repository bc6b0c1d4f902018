import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asEarshotError } from '@earshot/shared/errors.ts';

/** One decoded sound of the training split. */
export interface Sound {
  file: string;
  label: string;
  source: string;
  licence: string;
  notes: string;
  /** Index of the first sample in the file of samples, and the number of samples. */
  offset: number;
  samples: number;
  /** The highest absolute value of all samples. */
  peak: number;
  /** Root mean square of the loudest half second. Signal-to-noise ratios refer to this level. */
  loudRms: number;
}

export interface LibraryIndex {
  schema: 2;
  /** A hash of the manifest and of the decoded files. When it changes, the library is made again. */
  fingerprint: string;
  sounds: Sound[];
  problems: { file: string; line?: number; reason: string }[];
}

export const INDEX_FILE = 'index.json';
export const SAMPLES_FILE = 'samples.i16';

/**
 * The training sounds, decoded once to 16 kHz and 16 bits. They are read in excerpts, so a scene of ten seconds reads
 * only ten seconds. All workers share the file through the system's page cache, so they need not hold half a gigabyte
 * each.
 */
export class SoundLibrary {
  readonly sounds: readonly Sound[];
  readonly problems: LibraryIndex['problems'];
  readonly fingerprint: string;
  private readonly handle: number;

  private constructor(index: LibraryIndex, handle: number) {
    this.sounds = index.sounds;
    this.problems = index.problems;
    this.fingerprint = index.fingerprint;
    this.handle = handle;
  }

  static async open(folder: string): Promise<SoundLibrary> {
    try {
      const index = JSON.parse(await readFile(join(folder, INDEX_FILE), 'utf8')) as LibraryIndex;
      return new SoundLibrary(index, openSync(join(folder, SAMPLES_FILE), 'r'));
    } catch (error) {
      throw asEarshotError(error, 'TRAINING', `The decoded corpus in ${folder} cannot be read`);
    }
  }

  /** Reads at most `count` samples of a sound from `from` on, with values from -1 to 1. */
  read(sound: Sound, from = 0, count = sound.samples): Float32Array {
    const start = Math.min(Math.max(0, from), sound.samples);
    const length = Math.max(0, Math.min(count, sound.samples - start));
    const bytes = new Int16Array(length);
    readSync(this.handle, bytes, 0, length * 2, (sound.offset + start) * 2);
    const samples = new Float32Array(length);
    for (let i = 0; i < length; i++) samples[i] = (bytes[i] as number) / 32_768;
    return samples;
  }

  close(): void {
    closeSync(this.handle);
  }
}
