import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { EarshotError } from '@earshot/shared/errors.ts';
import { measurePeers, type PeerResults } from './peers/measure-peers.ts';
import type { PeerName } from './peers/peer.ts';
import { modeWords, planReplay, type Plan, type PlanOptions } from './plan.ts';
import { Journal } from './play/journal.ts';
import type { PlayedSession } from './play/played.ts';
import type { LocateFile } from './play/sounds.ts';
import { Progress } from './play/progress.ts';
import { playOnThreads } from './play/thread-pool.ts';
import { playOnFleet } from './queue/coordinator.ts';
import { openFleet, type Fleet } from './queue/fleet.ts';
import { isInStore } from './queue/store-corpus.ts';
import { storedFiles } from './queue/stored-files.ts';
import { comparisonOf } from './report/comparison.ts';
import { resultsOf, type Results, type RunSpeed } from './report/report-json.ts';
import { writeReport } from './report/write-report.ts';

export interface ReplayOptions extends PlanOptions {
  workers: number;
  /** Threads of this machine, or whatever workers listen to the cloud's queue. */
  on: 'threads' | 'queue';
  /** Folder of a release to compare with. */
  against?: string;
  /** Other detectors to be measured on the same sounds. */
  with: readonly PeerName[];
  out: string;
  signal: AbortSignal;
}

/** Plays a corpus through the real thing and writes down how good it was. */
export async function replay(options: ReplayOptions): Promise<Results> {
  const beganMs = performance.now();
  const fleet = options.on === 'queue' ? await openFleet(process.env) : null;
  try {
    const plan = await planReplay(options, fleet);
    const journal = await Journal.open(join(options.out, '.replay-journal.jsonl'), plan.key);
    const sessions = await play(plan, journal, fleet, options).finally(() => journal.close());
    requireSound(options.corpus, sessions);
    const other = options.against === undefined ? null : await playOther(options.against, options, fleet);
    const results = describe(plan, options, sessions, performance.now() - beganMs);
    // Recordings that lie in the store are fetched again for the report's excerpts.
    const locate =
      fleet && isInStore(options.corpus) ? storedFiles(fleet.store, join(tmpdir(), 'earshot-replay')) : undefined;
    results.comparison =
      other &&
      comparisonOf(
        other.release,
        results.run.description.labels,
        results.run.description.stages,
        sessions,
        other.sessions,
        plan.map,
      );
    results.peers = await comparePeers(plan, options, sessions, results, locate);
    await writeReport(
      results,
      plan.sessions.map(({ session }) => session),
      options.out,
      locate,
    );
    await journal.remove();
    await other?.journal.remove();
    return results;
  } finally {
    await fleet?.close();
  }
}

/** All sessions in the order of the play list, whoever played them and whenever. */
async function play(
  { sessions, stage, key }: Plan,
  journal: Journal,
  fleet: Fleet | null,
  options: ReplayOptions,
): Promise<PlayedSession[]> {
  const played = new Map(journal.played);
  const progress = new Progress(sessions.length, played.size);
  const onPlayed = async (session: PlayedSession): Promise<void> => {
    await journal.add(session);
    played.set(session.session, session);
    progress.advance(secondsOf(session));
  };
  const waiting = sessions.filter(({ index }) => !played.has(index));
  const { workers, signal, corpus } = options;
  if (fleet)
    await playOnFleet({
      fleet,
      stage,
      sessions: waiting,
      key: `${key} ${waiting.length}`,
      inStore: isInStore(corpus),
      onPlayed,
      signal,
    });
  else await playOnThreads({ stage, sessions: waiting, workers, onPlayed, signal });
  progress.finish();
  return [...played.values()].sort((a, b) => a.session - b.session);
}

/** The same sounds through another release, with a journal of its own. */
async function playOther(releaseDir: string, options: ReplayOptions, fleet: Fleet | null) {
  const plan = await planReplay({ ...options, releaseDir }, fleet);
  const journal = await Journal.open(join(options.out, '.replay-journal-against.jsonl'), plan.key);
  const sessions = await play(plan, journal, fleet, options).finally(() => journal.close());
  return { release: plan.release.manifest.version, sessions, journal };
}

async function comparePeers(
  plan: Plan,
  options: ReplayOptions,
  played: PlayedSession[],
  results: Results,
  locate: LocateFile | undefined,
): Promise<PeerResults[]> {
  const ours = results.stages[0]?.results.labels ?? {};
  const sessions = plan.sessions.map(({ session }) => session);
  return measurePeers({ names: options.with, sessions, played, map: plan.map, ours, locate, signal: options.signal });
}

function requireSound(corpus: string, sessions: readonly PlayedSession[]): void {
  if (sessions.some(({ parts }) => parts.length > 0)) return;
  const problems = sessions.flatMap((session) => session.problems);
  const first = problems.slice(0, 5).map(({ file, reason }) => `${file}: ${reason}`);
  throw new EarshotError(
    'CORPUS_EMPTY',
    `${corpus}: none of ${sessions.length} recordings could be played. ${first.join('; ')}`,
    { details: problems },
  );
}

function describe(plan: Plan, options: ReplayOptions, sessions: PlayedSession[], wallMs: number): Results {
  const { manifest, manifestSha256 } = plan.release;
  return resultsOf({
    description: {
      release: { version: manifest.version, manifestSha256 },
      labels: manifest.heads.map(({ label }) => label),
      stages: options.stage === 'both' ? ['device', 'both'] : ['device'],
      seed: options.seed,
      level: options.level,
      mode: modeWords(options.mode),
      corpus: options.corpus,
      split: options.split ?? null,
    },
    sessions,
    problems: plan.problems,
    map: plan.map,
    speed: speedOf(sessions, options.workers, wallMs),
  });
}

/** The only figures that differ from run to run. */
function speedOf(sessions: readonly PlayedSession[], workers: number, wallMs: number): RunSpeed {
  const sum = (value: (session: PlayedSession) => number) =>
    sessions.reduce((total, session) => total + value(session), 0);
  const clips = sum(({ alerts }) => alerts.filter(({ verifier }) => verifier !== null).length);
  return {
    realTimeFactorPerCore: sum(secondsOf) / (sum(({ cpuMs }) => cpuMs) / 1_000),
    // On Linux in kilobytes.
    peakRssMb: process.resourceUsage().maxRSS / 1_024,
    wallS: wallMs / 1_000,
    workers,
    verifierMsPerClip: clips === 0 ? null : sum(({ verifyMs }) => verifyMs) / clips,
  };
}

const secondsOf = ({ parts }: PlayedSession): number => parts.reduce((sum, { durationS }) => sum + durationS, 0);
