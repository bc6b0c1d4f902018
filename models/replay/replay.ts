import { statSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { EarshotError, errorFromAnswer } from '@earshot/shared/errors.ts';
import { problemText, type Problem } from '../corpus/problem.ts';
import { measurePeers, type PeerResults } from './peers/measure-peers.ts';
import { closePeers, openPeers, type PeerName } from './peers/open-peer.ts';
import type { Peer } from './peers/peer.ts';
import { modeWords, planReplay, type Plan, type PlanOptions } from './plan.ts';
import { Journal } from './play/journal.ts';
import type { PlayedSession } from './play/played.ts';
import type { LocateFile } from './play/sounds.ts';
import { Progress } from './play/progress.ts';
import { playHere } from './play/play-here.ts';
import { secondsOf, speedOf } from './play/run-speed.ts';
import { CpuMeter } from './play/cpu-meter.ts';
import { playOnFleet } from './fleet/coordinator.ts';
import type { Fleet } from './fleet/fleet.ts';
import { isInStore } from './fleet/store-corpus.ts';
import { storedFiles } from './fleet/stored-files.ts';
import { comparisonOf, type Comparison } from './report/comparison.ts';
import { excerptsOf } from './report/excerpts.ts';
import { findingsOf, type Findings, type Results } from './report/report-json.ts';
import { soundReader } from './report/sound-reader.ts';
import { writeReport } from './report/write-report.ts';

export interface ReplayOptions extends PlanOptions {
  workers: number;
  /** Where sessions are played: on threads of this machine, or on all workers that read the cloud's queue. */
  on: 'threads' | 'queue';
  /** Folder of a release with which the results are compared. */
  against?: string;
  /** Other detectors that are measured on the same sounds. */
  with: readonly PeerName[];
  out: string;
}

/** Plays a corpus through the device's detector and the cloud's verifier, and writes the report. */
export async function replay(options: ReplayOptions): Promise<Results> {
  const beganMs = performance.now();
  const cpu = new CpuMeter();
  const fleet = options.on === 'queue' ? await openFleet() : null;
  let peers: Peer[] = [];
  try {
    // Open the peers before anything is played, so that a replay does not fail after an hour because another detector
    // is not installed.
    peers = await openPeers(options.with);
    const plan = await planReplay(options, fleet);
    const journal = await Journal.open(join(options.out, '.replay-journal.jsonl'), plan.key);
    const sessions = await play(plan, journal, fleet, options).finally(() => journal.close());
    requireSound(options.corpus, sessions);
    const findings = describe(plan, options, sessions);
    // The report's excerpts need the sound again, so recordings in the store are downloaded here.
    const locate =
      fleet && isInStore(options.corpus) ? storedFiles(fleet.store, join(tmpdir(), 'earshot-replay')) : undefined;
    const excerpts = await excerptsOf(findings, soundReader(plan.sessions, locate));
    const other = await cpu.aside(() => playOther(options, fleet));
    const results = {
      ...findings,
      comparison: other && compareWith(other, findings),
      peers: await cpu.aside(() => comparePeers(plan, peers, options.signal, findings, locate)),
      speed: speedOf({
        sessions,
        isElsewhere: ({ session }) => fleet !== null || journal.played.has(session),
        cpuMs: cpu.usedMs,
        wallMs: performance.now() - beganMs,
        workers: options.workers,
      }),
    };
    await writeReport(results, excerpts, options.out);
    await journal.remove();
    await other?.journal.remove();
    return results;
  } finally {
    await closePeers(peers);
    await fleet?.close();
  }
}

/**
 * Loads the code for S3, SQS and the database only when a run needs it: loading takes half of the start time of a run
 * on one machine.
 */
const openFleet = async (): Promise<Fleet> => (await import('./fleet/fleet.ts')).openFleet(process.env);

/**
 * Returns all sessions in the order of the play list, whichever process played them. Sessions of an earlier run that
 * was killed are included.
 */
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
    progress.advance(session.session, secondsOf(session));
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
  else {
    const onHeard = (session: number, seconds: number): void => progress.hear(session, seconds);
    await playHere({ stage, sessions: waiting, workers, onPlayed, onHeard, signal });
  }
  progress.finish();
  return [...played.values()].sort((a, b) => a.session - b.session);
}

/** Plays the same sounds through the release of `--against`, with a separate journal. */
async function playOther({ against, ...options }: ReplayOptions, fleet: Fleet | null) {
  if (against === undefined) return null;
  const plan = await planReplay({ ...options, releaseDir: against }, fleet);
  const journal = await Journal.open(join(options.out, '.replay-journal-against.jsonl'), plan.key);
  const sessions = await play(plan, journal, fleet, options).finally(() => journal.close());
  return { release: plan.release.manifest.version, sessions, journal };
}

function compareWith(other: { release: string; sessions: PlayedSession[] }, { run }: Findings): Comparison {
  const { labels, stages } = run.description;
  return comparisonOf(other.release, labels, stages, run.sessions, other.sessions, run.map);
}

async function comparePeers(
  { sessions, map }: Plan,
  peers: readonly Peer[],
  signal: AbortSignal,
  { stages, run }: Findings,
  locate: LocateFile | undefined,
): Promise<PeerResults[]> {
  const ours = stages[0]?.results.labels ?? {};
  return measurePeers({ peers, sessions, played: run.sessions, map, ours, locate, signal });
}

/** The error of a problem. For a single recording, its advice helps more than the advice of CORPUS_EMPTY. */
function ownError({ code: given, reason }: Problem): EarshotError {
  const { code, detail } = errorFromAnswer({ code: given ?? '', message: reason }, 'AUDIO_UNREADABLE');
  return new EarshotError(code, detail);
}

/** Whether the path is the file of one recording, not the folder of a corpus. */
export const isOneRecording = (corpus: string): boolean =>
  statSync(corpus, { throwIfNoEntry: false })?.isFile() === true;

function requireSound(corpus: string, sessions: readonly PlayedSession[]): void {
  if (sessions.some(({ parts }) => parts.length > 0)) return;
  const problems = sessions.flatMap((session) => session.problems);
  const [problem] = problems;
  if (isOneRecording(corpus) && problem) throw ownError(problem);
  const first = problems.slice(0, 5).map(problemText);
  throw new EarshotError(
    'CORPUS_EMPTY',
    `${corpus}: none of ${sessions.length} recordings could be played. ${first.join('; ')}`,
    { details: problems },
  );
}

function describe(plan: Plan, options: ReplayOptions, sessions: PlayedSession[]): Findings {
  const { manifest, manifestSha256 } = plan.release;
  return findingsOf({
    description: {
      release: { version: manifest.version, manifestSha256 },
      labels: manifest.heads.map(({ label }) => label),
      stages: options.stage === 'both' ? ['device', 'both'] : ['device'],
      seed: options.seed,
      level: options.level,
      mode: modeWords(options.mode),
      corpus: options.isMade === true ? 'sounds made by code' : options.corpus,
      split: options.split ?? null,
    },
    sessions,
    problems: plan.problems,
    map: plan.map,
  });
}
