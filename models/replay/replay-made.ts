import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeMadeCorpus } from '../scenes/made-corpus.ts';
import type { Results } from './report/report-json.ts';
import { replay, type ReplayOptions } from './replay.ts';

/** Plays scenes or house days of sounds that are made by code, for machines without a corpus. */
export async function replayMade(options: Omit<ReplayOptions, 'corpus'>): Promise<Results> {
  const corpus = join(options.out, '.made-corpus');
  await writeMadeCorpus(corpus, options.seed);
  const results = await replay({ ...options, corpus, isMade: true });
  await rm(corpus, { recursive: true });
  return results;
}
