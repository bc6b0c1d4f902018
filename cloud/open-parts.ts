import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Clock } from '@earshot/shared/clock.ts';
import { ClipLinks } from './clips/clip-links.ts';
import type { ClipStore } from './clips/clip-store.ts';
import { FileClipStore } from './clips/file-store.ts';
import type { CloudConfig } from './config.ts';
import { keepPrivate } from './keys/private-files.ts';
import { secretIn, ServerKeys } from './keys/server-keys.ts';
import { LiveFeed } from './live/live-feed.ts';
import { Metrics } from './metrics.ts';
import type { CloudParts } from './parts.ts';
import { DatabaseQueue } from './queue/database-queue.ts';
import type { WorkQueue } from './queue/work-queue.ts';
import { ReleaseShelf } from './releases/release-shelf.ts';
import { Rollout } from './rollout/rollout.ts';
import { removeLeftStaging } from './store/backup-staging.ts';
import { openDatabase } from './store/database.ts';

const VERSION = '0.1.0';

/**
 * Opens the parts that the rest of the cloud shares. The configuration chooses the adapters for clip store, queue and database.
 */
export async function openParts(config: CloudConfig, clock: Clock, log: Logger): Promise<CloudParts> {
  if (config.databaseUrl.startsWith('sqlite:') || config.clips.kind === 'file')
    keepPrivate(config.home, config.clips.kind === 'file' ? config.clips.dir : null);
  await removeLeftStaging(config.home).catch((error: unknown) =>
    log.warn({ err: error }, 'the copies of a killed backup could not be removed'),
  );
  const keys = new ServerKeys(config.secret ?? secretIn(config.home));
  const clips = await openClips(config, keys, clock);
  const sqs = config.queue.kind === 'sqs' ? await openSqs(config.queue, clock) : null;
  const database = openDatabase(config.databaseUrl, { poolSize: config.databasePool });
  const releases = new ReleaseShelf(releaseDirOf(config));
  const next = config.nextReleaseDir === null ? null : new ReleaseShelf(config.nextReleaseDir);
  return {
    database,
    clips,
    queue: sqs ?? new DatabaseQueue(database, 'verify', clock),
    keys,
    clock,
    log,
    feed: new LiveFeed(database, clock, log),
    metrics: new Metrics(),
    releases,
    rollout: new Rollout({ database, clock, log, current: releases, next, stageMs: config.rolloutStageMs }),
    vapid: { ...keys.vapid(), subject: config.vapidSubject },
    version: VERSION,
  };
}

export const releaseDirOf = ({ releaseDir }: CloudConfig): string =>
  releaseDir ?? fileURLToPath(new URL('../models/release', import.meta.url));

/** Loads the AWS SDK only when it is needed, because it takes longer to load than everything else together. */
async function openClips({ clips }: CloudConfig, keys: ServerKeys, clock: Clock): Promise<ClipStore> {
  if (clips.kind === 'file') return new FileClipStore(clips.dir, new ClipLinks(keys), clock);
  const { openS3Store } = await import('./clips/s3-store.ts');
  return openS3Store(clips, clock);
}

async function openSqs(place: { url: string; region: string }, clock: Clock): Promise<WorkQueue> {
  const { openSqsQueue } = await import('./queue/sqs-queue.ts');
  return openSqsQueue(place, clock);
}
