import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { pino, type Logger } from 'pino';
import { type Clock, systemClock } from '@earshot/shared/clock.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { buildServer } from './api/server.ts';
import { ClipLinks } from './clips/clip-links.ts';
import type { ClipStore } from './clips/clip-store.ts';
import { FileClipStore } from './clips/file-store.ts';
import type { CloudConfig } from './config.ts';
import type { CloudEvents } from './cloud-events.ts';
import { FirstHome } from './homes/first-home.ts';
import { Sweeper } from './incidents/sweeper.ts';
import { secretIn, ServerKeys } from './keys/server-keys.ts';
import { LiveFeed } from './live/live-feed.ts';
import { Metrics } from './metrics.ts';
import { Dispatcher } from './notify/dispatcher.ts';
import { EmailNotifier } from './notify/email.ts';
import { MqttNotifier } from './notify/mqtt.ts';
import type { Notifier } from './notify/notifier.ts';
import { NtfyNotifier } from './notify/ntfy.ts';
import { WebPushNotifier } from './notify/web-push.ts';
import { WebhookNotifier } from './notify/webhook.ts';
import type { CloudParts } from './parts.ts';
import { DatabaseQueue } from './queue/database-queue.ts';
import type { WorkQueue } from './queue/work-queue.ts';
import { ReleaseShelf } from './releases/release-shelf.ts';
import { type Database, openDatabase } from './store/database.ts';
import { ClockKeeper } from './time/clock-keeper.ts';
import { SteadyClock } from './time/steady-clock.ts';
import { ClipVerifier } from './verifier/clip-verifier.ts';
import type { ScoresClips } from './verifier/candidate-verification.ts';
import { VerifierWorker } from './verifier/worker.ts';

const VERSION = '0.1.0';

export interface CloudOptions {
  config: CloudConfig;
  /** What this process does; by default everything. */
  roles?: readonly ('api' | 'worker')[];
  log?: Logger;
  clock?: Clock;
  /** Instead of the release's verifier: a test's own. */
  scorer?: ScoresClips;
  /** PEM of a further authority that push services may be signed by. */
  pushCa?: string;
}

/** Secrets and contact details never reach the log, whoever logs the object. */
const REDACT = [
  'authorization',
  'cookie',
  'token',
  'url',
  'target',
  'endpoint',
  'address',
  'password',
  'secret',
].flatMap((name) => [name, `*.${name}`]);

export const cloudLog = (level: string, destination: 1 | 2 = 1): Logger =>
  pino({ level, redact: REDACT }, pino.destination({ dest: destination, sync: true }));

/** Clips in flight per scoring thread: one batch at work, one ready. */
const CLIPS_PER_THREAD = 16;

/**
 * The cloud, built from its parts: this file decides what is used and starts it; everything else is told what it gets.
 *
 *   const cloud = await createCloud({ config: readCloudConfig(process.env) });
 *   cloud.events.on('verdict', (verdict) => …);
 *   await cloud.close();
 */
export async function createCloud(options: CloudOptions): Promise<Cloud> {
  const { config, roles = ['api', 'worker'] } = options;
  const clock = new SteadyClock(options.clock ?? systemClock);
  const log = options.log ?? cloudLog(config.logLevel);
  const keys = new ServerKeys(config.secret ?? secretIn(config.home));
  const database = openDatabase(config.databaseUrl, { poolSize: config.databasePool });
  await database.migrate();
  const keeper = new ClockKeeper({ database, log }, clock);
  await keeper.start();
  const releases = new ReleaseShelf(config.releaseDir ?? fileURLToPath(new URL('../models/release', import.meta.url)));
  await releases.open();
  const parts: CloudParts = {
    database,
    clips: await openClips(config, keys, clock),
    queue: await openQueue(config, database, clock),
    keys,
    clock,
    log,
    feed: new LiveFeed(database, clock, log),
    metrics: new Metrics(),
    releases,
    vapid: { ...keys.vapid(), subject: config.vapidSubject },
    version: VERSION,
  };
  const telling =
    database.kind === 'postgres' ? openDatabase(config.databaseUrl, { poolSize: config.databasePool }) : database;
  const cloud = new Cloud(parts, options, telling, keeper);
  try {
    await cloud.start(roles);
  } catch (error) {
    await cloud.close();
    throw error;
  }
  return cloud;
}

/** The AWS SDK is loaded only where it is used: it takes longer to load than everything else together. */
async function openClips({ clips }: CloudConfig, keys: ServerKeys, clock: Clock): Promise<ClipStore> {
  if (clips.kind === 'file') return new FileClipStore(clips.dir, new ClipLinks(keys), clock);
  const { openS3Store } = await import('./clips/s3-store.ts');
  return openS3Store(clips, clock);
}

async function openQueue({ queue }: CloudConfig, database: Database, clock: Clock): Promise<WorkQueue> {
  if (queue.kind === 'database') return new DatabaseQueue(database, 'verify', clock);
  const { openSqsQueue } = await import('./queue/sqs-queue.ts');
  return openSqsQueue(queue, clock);
}

export class Cloud {
  readonly events = new EventEmitter<CloudEvents>();
  readonly parts: CloudParts;
  /** The home that an embedded cloud is for. */
  readonly firstHome: FirstHome;
  /** What the server answers to, e.g. "GET /v1/home". */
  readonly routes: string[] = [];
  private readonly options: CloudOptions;
  private readonly stopping = new AbortController();
  private readonly loops: Promise<void>[] = [];
  private server: FastifyInstance | null = null;
  private verifier: ClipVerifier | null = null;
  private readonly telling: Database;
  private readonly keeper: ClockKeeper;

  /** @param telling connections for the loops that tell people, so that a flood of requests never makes them wait for one. */
  constructor(parts: CloudParts, options: CloudOptions, telling: Database, keeper: ClockKeeper) {
    this.parts = parts;
    this.options = options;
    this.telling = telling;
    this.keeper = keeper;
    this.firstHome = new FirstHome(parts);
  }

  /** Where the API listens, e.g. http://127.0.0.1:8080; empty for a worker alone. */
  get url(): string {
    const address = this.server?.server.address();
    if (!address || typeof address === 'string') return '';
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host}:${address.port}`;
  }

  async start(roles: readonly ('api' | 'worker')[]): Promise<void> {
    const { parts } = this;
    const { signal } = this.stopping;
    const telling = { ...parts, database: this.telling };
    this.loops.push(this.keeper.run(signal));
    const dispatcher = new Dispatcher(telling, this.notifiers(), (told) => this.events.emit('notification', told));
    if (roles.includes('worker')) await this.startWorker(dispatcher);
    if (roles.includes('api')) {
      await this.listen(dispatcher);
      this.loops.push(
        parts.feed.run(signal),
        new Sweeper(telling, () => dispatcher.wake()).run(signal),
        dispatcher.run(signal),
      );
    } else if (roles.includes('worker')) {
      this.loops.push(dispatcher.run(signal));
    }
  }

  private async startWorker(dispatcher: Dispatcher): Promise<void> {
    const { parts, options } = this;
    const threads = options.config.scoringThreads;
    let scorer = options.scorer;
    if (!scorer) {
      const { verifier } = parts.releases.require().manifest;
      const bytes = await parts.releases.file(verifier.sha256);
      this.verifier = new ClipVerifier({
        model: verifier,
        bytes,
        threads,
        onBatch: (seconds) => parts.metrics.scoring.observe(seconds),
        onBroken: (error) => {
          parts.log.error({ err: error }, 'no clip can be verified any more');
          this.events.emit('broken', error);
        },
      });
      await this.verifier.start();
      scorer = this.verifier;
    }
    const worker = new VerifierWorker(parts, scorer, threads * CLIPS_PER_THREAD, (verdict) => {
      dispatcher.wake();
      this.events.emit('verdict', verdict);
    });
    this.loops.push(worker.run(this.stopping.signal));
  }

  private async listen(dispatcher: Dispatcher): Promise<void> {
    const { config } = this.options;
    this.server = await buildServer({
      parts: this.parts,
      dispatcher,
      routes: this.routes,
      publicUrl: config.publicUrl,
      proxyHops: config.proxyHops,
      appDir: fileURLToPath(new URL('./web/dist', import.meta.url)),
      onCandidate: (candidate) => {
        dispatcher.wake();
        this.events.emit('candidate', candidate);
      },
      stopping: this.stopping.signal,
    });
    try {
      await this.server.listen({ host: config.host, port: config.port });
    } catch (error) {
      throw asEarshotError(error, 'INTERNAL', `${config.host}:${config.port}`);
    }
  }

  private notifiers(): Notifier[] {
    const { config, pushCa } = this.options;
    const { vapid, clock } = this.parts;
    return [
      new WebPushNotifier(vapid, pushCa),
      new WebhookNotifier(clock),
      new NtfyNotifier(config.publicUrl),
      new EmailNotifier(config.smtp, config.publicUrl),
      new MqttNotifier(),
    ] as Notifier[];
  }

  /** Stops taking anything new, finishes what is in flight, lets go of everything. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.server?.close();
    await Promise.all(this.loops);
    await this.verifier?.stop();
    await this.parts.queue.close?.();
    if (this.telling !== this.parts.database) await this.telling.close();
    await this.parts.database.close();
  }
}
