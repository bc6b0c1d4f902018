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

export type AdapterSet = 'embedded' | 'servers';

export interface Adapters {
  env: NodeJS.ProcessEnv;
  openDatabase(): Database;
  openClips(): ClipStore;
  openQueue(database: Database): WorkQueue;
  stop(): Promise<void>;
}

/** SQLite, files and a table as queue; or PostgreSQL, S3 (MinIO) and SQS (ElasticMQ) as real servers. */
export async function openAdapters(set: AdapterSet, dir: string): Promise<Adapters> {
  await mkdir(dir, { recursive: true });
  const release = join(dir, 'release');
  await writeTestRelease(release);
  const scale = set === 'servers' ? await startCloudAtScale() : null;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_OPTIONS: '',
    NODE_COMPILE_CACHE: join(dir, 'compiled'),
    EARSHOT_HOME: dir,
    EARSHOT_RELEASE_DIR: release,
    EARSHOT_LOG_LEVEL: 'silent',
    EARSHOT_SECRET: 'the proof has one secret for all its processes',
    ...scale?.env,
  };
  // The SDK takes its keys from the environment of this process.
  Object.assign(process.env, scale?.env);
  const url = env.EARSHOT_DATABASE_URL ?? `sqlite:${join(dir, 'cloud.db')}`;
  return {
    env,
    openDatabase: () => openDatabase(url),
    openClips: () => openClips(env),
    openQueue: (database) => openQueue(env, database),
    stop: async () => scale?.stop(),
  };
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
