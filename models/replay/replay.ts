import { mkdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { loadRelease } from '@earshot/device/detect/release.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import type { Level } from '@earshot/shared/labels.ts';
import { BUILT_IN_MAP, readLabelMap } from '../corpus/label-map.ts';
import { readCorpus } from './corpus/read-corpus.ts';
import type { Stage } from './metrics/product.ts';
import { Journal } from './play/journal.ts';
import type { PlayedSession } from './play/played.ts';
import { playList } from './play/play-list.ts';
import { Progress } from './play/progress.ts';
import type { Session } from './play/session.ts';
import { playOnThreads } from './play/thread-pool.ts';
import { decisionsCsv } from './report/decisions.ts';
import { resultsOf, toReport, writeJson, type Results } from './report/report-json.ts';
import { excerptsOf } from './report/excerpts.ts';
import { page } from './report/page.ts';
import { soundReader } from './report/sound-reader.ts';
import { toTsv } from './report/annotations.ts';

export interface ReplayOptions {
  corpus: string;
  labels?: string;
  map?: string;
  split?: string;
  releaseDir: string;
  stage: Stage;
  level: Level;
  stream: boolean;
  workers: number;
  seed: number;
  out: string;
  signal: AbortSignal;
}

/** Plays a corpus through the real thing and writes down how good it was. */
export async function replay(options: ReplayOptions): Promise<Results> {
  const { corpus: path, releaseDir, stage, level, seed, out, workers, signal } = options;
  const beganMs = performance.now();
  const { manifest, manifestSha256 } = await loadRelease(releaseDir);
  const map = options.map === undefined ? BUILT_IN_MAP : await readLabelMap(options.map);
  const corpus = await readCorpus(path, options);
  const sessions = playList(corpus, options).map((session, index) => ({ index, session }));
  const key = keyOf([manifestSha256, stage, level, sessions]);
  const journal = await Journal.open(join(out, '.replay-journal.jsonl'), key);
  const played = new Map(journal.played);
  const progress = new Progress(sessions.length, played.size);
  const onPlayed = async (session: PlayedSession): Promise<void> => {
    await journal.add(session);
    played.set(session.session, session);
    progress.advance(secondsOf(session));
  };
  try {
    const waiting = sessions.filter(({ index }) => !played.has(index));
    await playOnThreads({
      stage: { releaseDir: resolve(releaseDir), stage, level },
      sessions: waiting,
      workers,
      onPlayed,
      signal,
    });
  } finally {
    await journal.close();
  }
  progress.finish();
  const inOrder = [...played.values()].sort((a, b) => a.session - b.session);
  if (inOrder.every(({ parts }) => parts.length === 0)) {
    const first = inOrder
      .flatMap(({ problems }) => problems)
      .slice(0, 5)
      .map(({ file, reason }) => `${file}: ${reason}`);
    throw new EarshotError(
      'CORPUS_EMPTY',
      `${path}: none of ${corpus.recordings.length} recordings could be played. ${first.join('; ')}`,
    );
  }
  const cpuS = inOrder.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / 1_000;
  const clips = inOrder.reduce((sum, { alerts }) => sum + alerts.filter(({ verifier }) => verifier).length, 0);
  const results = resultsOf({
    description: {
      release: { version: manifest.version, manifestSha256 },
      labels: manifest.heads.map(({ label }) => label),
      stages: stage === 'both' ? ['device', 'both'] : ['device'],
      seed,
      level,
      mode: options.stream ? 'stream' : 'clips',
      corpus: path,
      split: options.split ?? null,
    },
    sessions: inOrder,
    problems: corpus.problems,
    map,
    speed: {
      realTimeFactorPerCore: inOrder.reduce((sum, session) => sum + secondsOf(session), 0) / cpuS,
      // On Linux in kilobytes.
      peakRssMb: process.resourceUsage().maxRSS / 1_024,
      wallS: (performance.now() - beganMs) / 1_000,
      workers,
      verifierMsPerClip: clips === 0 ? null : inOrder.reduce((sum, { verifyMs }) => sum + verifyMs, 0) / clips,
    },
  });
  await writeReport(results, sessions, out);
  await journal.remove();
  return results;
}

const secondsOf = ({ parts }: PlayedSession): number => parts.reduce((sum, { durationS }) => sum + durationS, 0);

const keyOf = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

async function writeReport(results: Results, sessions: readonly { session: Session }[], out: string): Promise<void> {
  const { labels } = results.run.description;
  const put = (name: string, text: string) => writeFile(join(out, name), text);
  try {
    await mkdir(out, { recursive: true });
    await put('report.json', writeJson(toReport(results)));
    await put('reference.tsv', toTsv(results.reference));
    const last = results.stages.at(-1);
    const excerpts = last
      ? await excerptsOf(last.results, results.run.sessions, soundReader(sessions.map(({ session }) => session)))
      : [];
    await put('report.html', page(results, { excerpts }));
    for (const { stage, estimated } of results.stages) {
      await put(`estimated-${stage}.tsv`, toTsv(estimated));
      await put(`decisions-${stage}.csv`, decisionsCsv(labels, results.run.sessions, results.run.map, stage));
    }
  } catch (error) {
    throw asEarshotError(error, 'DISK_UNWRITABLE', out);
  }
}
