import { ClipLinks } from '@earshot/cloud/clips/clip-links.ts';
import type { ClipStore } from '@earshot/cloud/clips/clip-store.ts';
import { FileClipStore } from '@earshot/cloud/clips/file-store.ts';
import { openS3Store } from '@earshot/cloud/clips/s3-store.ts';
import { readCloudConfig } from '@earshot/cloud/config.ts';
import { secretIn, ServerKeys } from '@earshot/cloud/keys/server-keys.ts';
import { DatabaseQueue } from '@earshot/cloud/queue/database-queue.ts';
import { openSqsQueue } from '@earshot/cloud/queue/sqs-queue.ts';
import type { WorkQueue } from '@earshot/cloud/queue/work-queue.ts';
import { openDatabase } from '@earshot/cloud/store/database.ts';
import { systemClock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

/**
 * A store that all workers can reach, and a queue of shards. Both have the same interfaces as the cloud's clip store
 * and queue.
 */
export interface Fleet {
  store: ClipStore;
  queue: WorkQueue;
  close(): Promise<void>;
}

/**
 * Opens the fleet that the cloud's environment variables describe. Shards never share a queue with clips, because
 * shards would delay the alerts of homes. With SQS the fleet has a separate queue (EARSHOT_REPLAY_QUEUE_URL); in the
 * database it has a queue with a separate name.
 */
export async function openFleet(env: NodeJS.ProcessEnv): Promise<Fleet> {
  const config = readCloudConfig(env);
  const queueUrl = env['EARSHOT_REPLAY_QUEUE_URL'];
  if (config.queue.kind === 'sqs' && !queueUrl)
    throw new EarshotError('SETTING_INVALID', 'Set EARSHOT_REPLAY_QUEUE_URL: with SQS, replay needs a separate queue.');
  const store =
    config.clips.kind === 's3'
      ? openS3Store(config.clips, systemClock)
      : new FileClipStore(
          config.clips.dir,
          new ClipLinks(new ServerKeys(config.secret ?? secretIn(config.home))),
          systemClock,
        );
  if (queueUrl) {
    const queue = openSqsQueue({ url: queueUrl, region: env['AWS_REGION'] ?? '' }, systemClock);
    return { store, queue, close: async () => queue.close?.() };
  }
  const database = openDatabase(config.databaseUrl, { poolSize: config.databasePool });
  await database.migrate();
  const queue = new DatabaseQueue(database, 'replay', systemClock);
  return { store, queue, close: () => database.close() };
}
