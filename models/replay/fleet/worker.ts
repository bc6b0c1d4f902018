import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Handled, QueueConsumer } from '@earshot/cloud/queue/consumer.ts';
import type { ReceivedMessage } from '@earshot/cloud/queue/work-queue.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { PlayedSession } from '../play/played.ts';
import { CorpusPlayer } from '../play/corpus-player.ts';
import type { Fleet } from './fleet.ts';
import { getShard, putJson, readJob, releaseKey, resultKey, type ReplayShard } from './replay-shard.ts';
import { storedFiles } from './stored-files.ts';

export interface WorkerOptions {
  fleet: Fleet;
  /** Folder in which recordings and releases are kept for later shards. */
  cache: string;
  /** The worker ends after this time without work. Null: it never ends by itself. */
  idleMs: number | null;
  onShard: (line: string) => void;
  signal: AbortSignal;
}

const WAIT_MS = 2_000;
/** After this time the shard of a killed worker is given to another worker. */
const LEASE_MS = 15_000;
const HEARTBEAT_MS = 5_000;
/**
 * Delays of the retries while the store cannot be reached: 1 s, 4 s, 16 s, 64 s. Then the message goes to the dead
 * letters.
 */
const FIRST_RETRY_MS = 1_000;

/**
 * Plays shards from the queue until the signal aborts. A worker that is killed at any moment loses time, but no
 * results.
 */
export async function runReplayWorker({ fleet, cache, idleMs, onShard, signal }: WorkerOptions): Promise<void> {
  const player = new ShardPlayer(fleet, cache);
  const idle = new AbortController();
  let lastWorkMs = performance.now();
  const consumer = new QueueConsumer({
    queue: fleet.queue,
    clock: systemClock,
    handle: async (message, stop) => {
      const handled = await play(fleet, player, message, onShard, stop);
      lastWorkMs = performance.now();
      return handled;
    },
    atOnce: 1,
    waitMs: WAIT_MS,
    leaseMs: LEASE_MS,
    heartbeatMs: HEARTBEAT_MS,
    firstRetryMs: FIRST_RETRY_MS,
    onQueueError: (error, doing) => onShard(`the queue failed (${doing}); retrying: ${String(error)}`),
    onWorkError: (error, { body }) => onShard(`shard ${readJob(body)?.shard}: ${String(error)}`),
    onIdle: () => {
      if (idleMs !== null && performance.now() - lastWorkMs >= idleMs) idle.abort();
    },
  });
  try {
    await consumer.run(AbortSignal.any([signal, idle.signal]));
  } finally {
    await player.close();
  }
}

async function play(
  { store }: Fleet,
  player: ShardPlayer,
  message: ReceivedMessage,
  onShard: (line: string) => void,
  stop: AbortSignal,
): Promise<Handled> {
  const job = readJob(message.body);
  if (job === null) return { bury: 'the message is not a replay shard' };
  const shard = await getShard(store, job);
  // There is nothing to do when the run has ended, which deletes its shards, or when the result is already stored.
  if (shard === null || (await store.size(resultKey(job))) !== null) return 'done';
  try {
    const played = await player.play(shard, stop);
    await putJson(store, resultKey(job), played);
    onShard(`shard ${job.shard}: ${played.length} sessions`);
    return 'done';
  } catch (error) {
    if (stop.aborted || !(error instanceof EarshotError) || !error.code.startsWith('RELEASE_')) throw error;
    onShard(`shard ${job.shard}: ${error.toLine()}`);
    return { bury: error.toLine() };
  }
}

/** Keeps the loaded release, because the next shard usually needs the same one. */
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
