import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ReceivedMessage } from '@earshot/cloud/queue/work-queue.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { PlayedSession } from '../play/played.ts';
import { CorpusPlayer } from '../play/corpus-player.ts';
import type { Fleet } from './fleet.ts';
import { getShard, putJson, readJob, releaseKey, resultKey, type ReplayShard } from './replay-shard.ts';
import { storedFiles } from './stored-files.ts';

export interface WorkerOptions {
  fleet: Fleet;
  /** Where recordings and releases are kept between shards. */
  cache: string;
  /** Ends after so long without work; null: never. */
  idleMs: number | null;
  onShard: (line: string) => void;
  signal: AbortSignal;
}

const WAIT_MS = 2_000;
/** A killed worker's shard is another's after this; extended three times as often while it is played. */
const LEASE_MS = 15_000;

/** Takes shards from the queue until it is told to stop. Being killed at any moment loses nothing but time. */
export async function runReplayWorker({ fleet, cache, idleMs, onShard, signal }: WorkerOptions): Promise<void> {
  const player = new ShardPlayer(fleet, cache);
  let idleSinceMs = performance.now();
  while (!signal.aborted) {
    const [message] = await fleet.queue.receive({ max: 1, waitMs: WAIT_MS, leaseMs: LEASE_MS, signal });
    if (message) {
      await work(fleet, player, message, onShard, signal);
      idleSinceMs = performance.now();
    } else if (idleMs !== null && performance.now() - idleSinceMs >= idleMs) break;
  }
  await player.close();
}

async function work(
  { store, queue }: Fleet,
  player: ShardPlayer,
  message: ReceivedMessage,
  onShard: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const job = readJob(message.body);
  if (job === null) return queue.bury(message, 'is no shard of a replay');
  const shard = await getShard(store, job);
  // The run was finished or given up: its shards are gone.
  if (shard === null || (await store.size(resultKey(job))) !== null) return queue.ack(message);
  const done = new AbortController();
  const heartbeat = keepLease({ store, queue } as Fleet, message, AbortSignal.any([signal, done.signal]));
  try {
    const played = await player.play(shard, signal);
    await putJson(store, resultKey(job), played);
    await queue.ack(message);
    onShard(`shard ${job.shard}: ${played.length} sessions`);
  } catch (error) {
    if (!signal.aborted && error instanceof EarshotError && error.code.startsWith('RELEASE_'))
      await queue.bury(message, error.toLine());
    else await queue.release(message, signal.aborted ? 0 : 1_000);
    if (!signal.aborted) onShard(`shard ${job.shard}: ${String(error)}`);
  } finally {
    done.abort();
    await heartbeat;
  }
}

async function keepLease({ queue }: Fleet, message: ReceivedMessage, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(systemClock, LEASE_MS / 3, signal);
    if (!signal.aborted) await queue.extend(message, LEASE_MS).catch(() => false);
  }
}

/** Keeps the loaded release from shard to shard. */
class ShardPlayer {
  private readonly fleet: Fleet;
  private readonly cache: string;
  private opened: { key: string; stage: CorpusPlayer } | null = null;

  constructor(fleet: Fleet, cache: string) {
    this.fleet = fleet;
    this.cache = cache;
  }

  async play(shard: ReplayShard, signal: AbortSignal): Promise<PlayedSession[]> {
    const stage = await this.open(shard);
    const played: PlayedSession[] = [];
    for (const { index, session } of shard.sessions) {
      signal.throwIfAborted();
      played.push(await stage.play(index, session, { signal }));
    }
    return played;
  }

  async close(): Promise<void> {
    await this.opened?.stage.close();
    this.opened = null;
  }

  private async open({ manifestSha256, releaseFiles, stage, level, gate }: ReplayShard): Promise<CorpusPlayer> {
    const key = [manifestSha256, stage, level, gate].join(' ');
    if (this.opened?.key === key) return this.opened.stage;
    await this.close();
    await mkdir(this.cache, { recursive: true });
    const locate = storedFiles(this.fleet.store, this.cache);
    for (const file of releaseFiles) await locate(releaseKey(manifestSha256, file));
    const releaseDir = dirname(join(this.cache, releaseKey(manifestSha256, 'manifest.json')));
    this.opened = { key, stage: await CorpusPlayer.open({ releaseDir, stage, level, gate }, locate) };
    return this.opened.stage;
  }
}
