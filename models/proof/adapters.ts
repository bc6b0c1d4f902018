import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClipStore } from '@earshot/cloud/clips/clip-store.ts';
import { ClipLinks } from '@earshot/cloud/clips/clip-links.ts';
import { FileClipStore } from '@earshot/cloud/clips/file-store.ts';
import { openS3Store } from '@earshot/cloud/clips/s3-store.ts';
import { readCloudConfig } from '@earshot/cloud/config.ts';
import { ServerKeys } from '@earshot/cloud/keys/server-keys.ts';
import { DatabaseQueue } from '@earshot/cloud/queue/database-queue.ts';
import { openSqsQueue } from '@earshot/cloud/queue/sqs-queue.ts';
import type { WorkQueue } from '@earshot/cloud/queue/work-queue.ts';
import { type Database, openDatabase } from '@earshot/cloud/store/database.ts';
import { startCloudAtScale } from '@earshot/cloud/testing/scale.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { writeTestRelease } from '@earshot/cloud/testing/test-release.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { FaultProxy } from '@earshot/cloud/testing/service-faults/fault-proxy.ts';
import { S3_FAULTS } from '@earshot/cloud/testing/service-faults/s3-faults.ts';
import { SQS_FAULTS } from '@earshot/cloud/testing/service-faults/sqs-faults.ts';

export type AdapterSet = 'embedded' | 'servers' | 'faulty';

export interface Adapters {
  env: NodeJS.ProcessEnv;
  /** The number of failures of S3 and SQS so far, by kind of failure. */
  addedFaults(): Record<string, number>;
  openDatabase(): Database;
  openClips(): ClipStore;
  openQueue(database: Database): WorkQueue;
  stop(): Promise<void>;
}

/**
 * `embedded`: SQLite, files, and a table as the queue. `servers`: PostgreSQL, S3 (MinIO) and SQS (ElasticMQ) as real
 * servers. `faulty`: the same servers, behind proxies that make S3 and SQS fail at random for the processes under test.
 * The proof itself reads from the servers directly.
 */
export async function openAdapters(set: AdapterSet, dir: string, seed = 1): Promise<Adapters> {
  await mkdir(dir, { recursive: true });
  const release = join(dir, 'release');
  await writeTestRelease(release);
  const scale = set === 'embedded' ? null : await startCloudAtScale();
  const own: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_OPTIONS: '',
    NODE_COMPILE_CACHE: join(dir, 'compiled'),
    EARSHOT_HOME: dir,
    EARSHOT_RELEASE_DIR: release,
    EARSHOT_LOG_LEVEL: 'silent',
    EARSHOT_SECRET: 'the proof has one secret for all its processes',
    ...scale?.env,
  };
  // The AWS SDK takes its keys from the environment of this process.
  Object.assign(process.env, scale?.env);
  const faults = set === 'faulty' ? await startFaults(own, seed) : null;
  const url = own.EARSHOT_DATABASE_URL ?? `sqlite:${join(dir, 'cloud.db')}`;
  return {
    env: { ...own, ...faults?.env },
    addedFaults: () =>
      Object.assign({}, ...(faults?.proxies ?? []).map(({ added }) => added)) as Record<string, number>,
    openDatabase: () => openDatabase(url),
    openClips: () => openClips(own),
    openQueue: (database) => openQueue(own, database),
    stop: async () => {
      await Promise.all((faults?.proxies ?? []).map((proxy) => proxy.stop()));
      await scale?.stop();
    },
  };
}

/** Starts proxies in front of S3 and SQS that add faults. Returns them, and the addresses that lead through them. */
async function startFaults(own: NodeJS.ProcessEnv, seed: number) {
  const queue = new URL(own.EARSHOT_QUEUE_URL ?? '');
  const s3 = new FaultProxy(own.EARSHOT_S3_ENDPOINT ?? '', S3_FAULTS, seededRandom(seed));
  const sqs = new FaultProxy(queue.origin, SQS_FAULTS, seededRandom(seed + 1));
  const env = { EARSHOT_S3_ENDPOINT: await s3.start(), EARSHOT_QUEUE_URL: (await sqs.start()) + queue.pathname };
  return { env, proxies: [s3, sqs] };
}

function openClips(env: NodeJS.ProcessEnv): ClipStore {
  const { clips, secret } = readCloudConfig(env);
  if (clips.kind === 'file')
    return new FileClipStore(clips.dir, new ClipLinks(new ServerKeys(secret ?? '')), systemClock);
  return openS3Store(clips);
}

function openQueue(env: NodeJS.ProcessEnv, database: Database): WorkQueue {
  const { queue } = readCloudConfig(env);
  return queue.kind === 'sqs' ? openSqsQueue(queue) : new DatabaseQueue(database, 'verify', systemClock);
}
