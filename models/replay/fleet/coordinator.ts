import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClipStore } from '@earshot/cloud/clips/clip-store.ts';
import { filesOf, loadRelease } from '@earshot/device/releases/release.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Recording } from '../recordings/recording.ts';
import type { PlayedSession } from '../play/played.ts';
import type { Session } from '../play/session.ts';
import type { PlayerOptions } from '../play/corpus-player.ts';
import type { Fleet } from './fleet.ts';
import {
  getResult,
  putJson,
  readJob,
  releaseKey,
  resultsPrefix,
  runPrefix,
  sha256,
  shardKey,
  soundKey,
  type ReplayShard,
} from './replay-shard.ts';

export interface FleetJob {
  fleet: Fleet;
  stage: PlayerOptions;
  sessions: readonly { index: number; session: Session }[];
  /** Identifies the run, so that the same command finds its shards again after it was killed. */
  key: string;
  /** Whether the recordings are already in the store, under their paths. */
  inStore: boolean;
  onPlayed: (played: PlayedSession) => Promise<void>;
  signal: AbortSignal;
}

/**
 * A shard is about a minute of work for one worker: a killed worker loses little, and a run has shards for a thousand
 * workers.
 */
const SESSIONS_A_SHARD = 25;
const LOOK_MS = 500;
const LOOKS_BETWEEN_DEAD_LETTERS = 10;
/** How many recordings may be in memory at once while they are uploaded. Some recordings are hours long. */
const UPLOADS_AT_ONCE = 4;

/**
 * Splits a run into shards, waits for any number of `earshot replay-worker`s to play them, and collects the results.
 */
export async function playOnFleet(job: FleetJob): Promise<void> {
  const { fleet, signal } = job;
  const run = sha256(job.key).slice(0, 24);
  const shards = await prepare(job, run);
  const waiting = new Set(shards.keys());
  await collect(job, run, waiting);
  const jobs = [...waiting].map((shard) => ({
    body: JSON.stringify({ run, shard }),
    lane: 'normal' as const,
    group: run,
  }));
  await fleet.queue.send(jobs);
  for (let looks = 1; waiting.size > 0; looks++) {
    await systemClock.sleep(LOOK_MS, signal);
    await collect(job, run, waiting);
    if (looks % LOOKS_BETWEEN_DEAD_LETTERS === 0) await complainOfDeadLetters(fleet, run);
  }
  await fleet.store.deletePrefix(runPrefix(run));
}

async function prepare(
  { fleet: { store }, stage, sessions, inStore, signal }: FleetJob,
  run: string,
): Promise<ReplayShard[]> {
  const release = await loadRelease(stage.releaseDir);
  const releaseFiles = ['manifest.json', 'manifest.sig.json', ...filesOf(release.manifest).map(({ file }) => file)];
  for (const file of releaseFiles)
    await putFile(store, releaseKey(release.manifestSha256, file), await readFile(join(stage.releaseDir, file)));
  const shards: ReplayShard[] = [];
  for (let at = 0; at < sessions.length; at += SESSIONS_A_SHARD) {
    signal.throwIfAborted();
    const share = sessions.slice(at, at + SESSIONS_A_SHARD);
    const stored = inStore ? share : await uploadAll(store, share);
    const shard = {
      manifestSha256: release.manifestSha256,
      releaseFiles,
      stage: stage.stage,
      level: stage.level,
      gate: stage.gate,
      sessions: stored,
    };
    await putJson(store, shardKey({ run, shard: shards.length }), shard);
    shards.push(shard);
  }
  return shards;
}

async function uploadAll(store: ClipStore, share: FleetJob['sessions']): Promise<ReplayShard['sessions']> {
  const stored: ReplayShard['sessions'] = [];
  for (let at = 0; at < share.length; at += UPLOADS_AT_ONCE) {
    const some = share.slice(at, at + UPLOADS_AT_ONCE);
    stored.push(
      ...(await Promise.all(
        some.map(async ({ index, session }) => ({ index, session: await upload(store, session) })),
      )),
    );
  }
  return stored;
}

/**
 * Uploads the session's recordings. Returns the session with the path of each recording replaced by its key in the
 * store. A file that cannot be read keeps its path, and the worker reports it.
 */
async function upload(store: ClipStore, session: Session): Promise<Session> {
  if (session.kind !== 'recordings') return session;
  const recordings: Recording[] = [];
  for (const recording of session.recordings) {
    const bytes = await readFile(recording.path).catch(() => null);
    const path = bytes === null ? recording.path : soundKey(sha256(bytes));
    if (bytes !== null) await putFile(store, path, bytes);
    recordings.push({ ...recording, path });
  }
  return { ...session, recordings };
}

async function putFile(store: ClipStore, key: string, bytes: Uint8Array): Promise<void> {
  if ((await store.size(key)) !== bytes.length) await store.put(key, bytes, sha256(bytes));
}

async function collect({ fleet: { store }, onPlayed }: FleetJob, run: string, waiting: Set<number>): Promise<void> {
  for await (const key of store.list(resultsPrefix(run))) {
    const shard = Number(/(\d+)\.json$/.exec(key)?.[1]);
    if (!waiting.delete(shard)) continue;
    for (const played of await getResult(store, { run, shard })) await onPlayed(played);
  }
}

async function complainOfDeadLetters({ queue }: Fleet, run: string): Promise<void> {
  for (const letter of await queue.deadLetters(10)) {
    const job = readJob(letter.body);
    if (job?.run === run)
      throw new EarshotError(
        'QUEUE',
        `Shard ${job.shard} cannot be played: ${letter.reason}. Remove the cause, then redrive the dead letters (earshot worker --redrive).`,
      );
  }
}
