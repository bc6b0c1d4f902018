import type { Logger } from 'pino';
import type { Clock } from '@earshot/shared/clock.ts';
import type { ClipStore } from './clips/clip-store.ts';
import type { ServerKeys } from './keys/server-keys.ts';
import type { LiveFeed } from './live/live-feed.ts';
import type { Metrics } from './metrics.ts';
import type { WorkQueue } from './queue/work-queue.ts';
import type { ReleaseShelf } from './releases/release-shelf.ts';
import type { Rollout } from './rollout/rollout.ts';
import type { Database } from './store/database.ts';

/** The parts that main.ts builds once and passes to everything else. */
export interface CloudParts {
  database: Database;
  clips: ClipStore;
  /** The queue of clips to verify. A message is a `VerifyJob` as JSON. */
  queue: WorkQueue;
  keys: ServerKeys;
  clock: Clock;
  log: Logger;
  feed: LiveFeed;
  metrics: Metrics;
  releases: ReleaseShelf;
  rollout: Rollout;
  /** This server's identity for push services. */
  vapid: { publicKey: string; privateKey: string; subject: string };
  version: string;
}
