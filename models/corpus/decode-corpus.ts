import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { EarshotError } from '@earshot/shared/errors.ts';
import { loadAudio } from './audio-file.ts';
import { readManifest, type ManifestRow } from './manifest.ts';
import type { Problem } from './problem.ts';
import { INDEX_FILE, SAMPLES_FILE, SoundLibrary, type LibraryIndex, type Sound } from './sound-library.ts';

export interface DecodeOptions {
  /** Only recordings of this split of the manifest are decoded. */
  split: string;
  /** Folder for the decoded sounds. They are used again until the corpus changes. */
  cache: string;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** A 16-bit file whose loudest sample is below this (-84 dBFS) contains only rounding noise and counts as silent. */
const SILENT_PEAK = 2 / 32_768;

/**
 * Opens the decoded sounds of a split, and decodes them first if the cache does not match the corpus. Every unreadable,
 * empty or silent file is reported once and left out.
 */
export async function openSoundLibrary(corpus: string, options: DecodeOptions): Promise<SoundLibrary> {
  const { rows, problems } = await readManifest(join(corpus, 'manifest.csv'));
  const wanted = rows.filter((row) => row.split === options.split);
  const fingerprint = fingerprintOf(wanted, problems);
  const kept = await readIndex(options.cache);
  if (kept?.fingerprint === fingerprint) return SoundLibrary.open(options.cache);

  const index = await decodeAll(wanted, problems, fingerprint, options);
  if (index.sounds.length === 0)
    throw new EarshotError(
      'CORPUS_EMPTY',
      wanted.length === 0
        ? `${join(corpus, 'manifest.csv')} has no usable row whose split is ${options.split}.`
        : `${corpus}, split ${options.split}: none of ${wanted.length} files is usable: see the reasons above.`,
      {
        details: index.problems,
      },
    );
  // The index is written last, so that a killed run leaves no index and the next run decodes again.
  await writeFile(join(options.cache, `${INDEX_FILE}.part`), JSON.stringify(index));
  await rename(join(options.cache, `${INDEX_FILE}.part`), join(options.cache, INDEX_FILE));
  return SoundLibrary.open(options.cache);
}

const fingerprintOf = (rows: readonly ManifestRow[], problems: readonly Problem[]): string =>
  createHash('sha256')
    .update(JSON.stringify([2, rows.map(({ path, label, durationS }) => [path, label, durationS]), problems]))
    .digest('hex');

async function readIndex(cache: string): Promise<LibraryIndex | null> {
  try {
    const index = JSON.parse(await readFile(join(cache, INDEX_FILE), 'utf8')) as LibraryIndex;
    const samples = index.sounds.reduce((sum, sound) => sum + sound.samples, 0);
    const { size } = await stat(join(cache, SAMPLES_FILE));
    return size === samples * 2 ? index : null;
  } catch {
    return null;
  }
}

async function decodeAll(
  rows: readonly ManifestRow[],
  manifestProblems: readonly Problem[],
  fingerprint: string,
  { cache, signal, onProgress }: DecodeOptions,
): Promise<LibraryIndex> {
  await mkdir(cache, { recursive: true });
  await rm(join(cache, INDEX_FILE), { force: true });
  const sounds: Sound[] = [];
  const problems: Problem[] = [...manifestProblems];
  const out = createWriteStream(join(cache, SAMPLES_FILE));
  let offset = 0;
  for (const [i, row] of rows.entries()) {
    signal?.throwIfAborted();
    try {
      const samples = await loadAudio(row.path, signal);
      const level = measure(samples);
      if (level.peak < SILENT_PEAK) throw new EarshotError('AUDIO_EMPTY', `${row.file} is silent.`);
      const { file, label, source, licence, notes } = row;
      sounds.push({ file, label, source, licence, notes, offset, samples: samples.length, ...level });
      offset += samples.length;
      if (!out.write(toInt16(samples))) await once(out, 'drain');
    } catch (error) {
      if (signal?.aborted) throw error;
      problems.push({ file: row.file, line: row.line, reason: error instanceof Error ? error.message : String(error) });
    }
    onProgress?.(i + 1, rows.length);
  }
  out.end();
  await once(out, 'close');
  await syncToDisk(join(cache, SAMPLES_FILE));
  return { schema: 2, fingerprint, sounds, problems };
}

function toInt16(samples: Float32Array): Uint8Array {
  const ints = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    ints[i] = Math.max(-32_768, Math.min(32_767, Math.round((samples[i] as number) * 32_768)));
  }
  return new Uint8Array(ints.buffer);
}

const HALF_SECOND = 8_000;

function measure(samples: Float32Array): { peak: number; loudRms: number } {
  const peak = samples.reduce((highest, x) => Math.max(highest, Math.abs(x)), 0);
  const span = Math.min(HALF_SECOND, samples.length);
  let loudest = 0;
  for (let from = 0; from + span <= samples.length; from += HALF_SECOND / 2) {
    let energy = 0;
    for (let i = from; i < from + span; i++) energy += (samples[i] as number) ** 2;
    loudest = Math.max(loudest, energy / span);
  }
  return { peak, loudRms: Math.sqrt(loudest) };
}

async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
