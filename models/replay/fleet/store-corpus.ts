import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import type { ClipStore } from '@earshot/cloud/clips/clip-store.ts';
import { isAudioName } from '../recordings/audio-files.ts';
import { readCorpus, type CorpusOptions } from '../recordings/read-recordings.ts';
import type { Corpus } from '../recordings/recording.ts';

/** A corpus in the object store is named like `store:corpora/dev/`. */
const SCHEME = 'store:';
export const isInStore = (corpus: string): boolean => corpus.startsWith(SCHEME);
const prefixOf = (corpus: string): string => `${corpus.slice(SCHEME.length).replace(/\/+$/, '')}/`;

/**
 * Reads the labels of a corpus in the store, by the same rules as for a folder. Label files are downloaded; recordings
 * are only listed.
 */
export async function readStoreCorpus(store: ClipStore, corpus: string, options: CorpusOptions): Promise<Corpus> {
  const prefix = prefixOf(corpus);
  const shadow = await mkdtemp(join(tmpdir(), 'earshot-corpus-'));
  try {
    for await (const key of store.list(prefix)) {
      const path = join(shadow, key.slice(prefix.length));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, isAudioName(key) ? '' : ((await store.get(key)) ?? ''));
    }
    const labels = options.labels?.startsWith(SCHEME)
      ? join(shadow, options.labels.slice(SCHEME.length + prefix.length))
      : options.labels;
    const read = await readCorpus(shadow, { ...options, ...(labels === undefined ? {} : { labels }) });
    const keyOf = (path: string) => prefix + relative(shadow, path).split(sep).join('/');
    return { ...read, recordings: read.recordings.map((recording) => ({ ...recording, path: keyOf(recording.path) })) };
  } finally {
    await rm(shadow, { recursive: true, force: true });
  }
}
