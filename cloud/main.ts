import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '@earshot/shared/clock.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { Lifecycle } from '@earshot/shared/lifecycle/lifecycle.ts';
import { Loop } from '@earshot/shared/lifecycle/loop.ts';
import { Observers } from '@earshot/shared/lifecycle/observers.ts';
import type { Part } from '@earshot/shared/lifecycle/part.ts';
import { buildServer } from './api/server.ts';
import type { CloudEvents } from './cloud-events.ts';
import { cloudLog } from './cloud-log.ts';
import type { CloudConfig } from './config.ts';
import { FirstHome } from './homes/first-home.ts';
import { Sweeper } from './incidents/sweeper.ts';
import { HomeAssistantBridges } from './home-assistant/bridges.ts';
import { ActionLinks } from './notify/action-links.ts';
import { AddressGuard } from './notify/address-guard.ts';
import { Automations } from './notify/automations.ts';
import { Dispatcher } from './notify/dispatcher.ts';
import { EmailNotifier } from './notify/email.ts';
import { MqttNotifier } from './notify/mqtt.ts';
import type { Notifier } from './notify/notifier.ts';
import { sealPlainTargets } from './notify/sealed-target.ts';
import { NtfyNotifier } from './notify/ntfy.ts';
import { WebPushNotifier } from './notify/web-push.ts';
import { WebhookNotifier } from './notify/webhook.ts';
import { openParts, releaseDirOf } from './open-parts.ts';
import type { CloudParts } from './parts.ts';
import { type Database, openDatabase } from './store/database.ts';
import { ChildTeacher } from './taught-sounds/child-teacher.ts';
import { removeLeftRecordings } from './taught-sounds/left-recordings.ts';
import { Teaching, type Teacher } from './taught-sounds/teaching.ts';
import { ClockKeeper } from './time/clock-keeper.ts';
import { SteadyClock } from './time/steady-clock.ts';
import { ClipVerifier } from './verifier/clip-verifier.ts';
import type { ScoresClips } from './verifier/scores-clips.ts';
import { VerifierWorker } from './verifier/worker.ts';

export interface CloudOptions {
  config: CloudConfig;
  /** Which parts this process runs. By default it runs all. */
  roles?: readonly ('api' | 'worker')[];
  /** Aborting this signal ends the start. After the start, call `stop`. */
  signal?: AbortSignal;
  log?: Logger;
  clock?: Clock;
  /** Replaces the release's verifier in tests. */
  scorer?: ScoresClips;
  /** Replaces the training of taught sounds in tests. */
  teacher?: Teacher;
  /** An additional certificate authority for push services, as PEM. */
  pushCa?: string;
}

/** Clips in progress per scoring thread: one batch is scored while the next is fetched. */
const CLIPS_PER_THREAD = 16;

/**
 * Builds the cloud from its parts and starts it. Only this file and open-parts.ts choose the parts; all other code gets
 * what it needs as arguments.
 *
 *   const cloud = await createCloud({ config: readCloudConfig(process.env) });
 *   cloud.events.on('verdict', (verdict) => …);
 *   await cloud.stop();
 */
export async function createCloud(options: CloudOptions): Promise<Cloud> {
  const { config } = options;
  const clock = new SteadyClock(options.clock ?? systemClock);
  const parts = await openParts(config, clock, options.log ?? cloudLog(config.logLevel));
  const cloud = new Cloud(parts, options, new ClockKeeper(parts, clock));
  try {
    await cloud.start(options.signal);
  } catch (error) {
    await cloud.stop();
    throw error;
  }
  return cloud;
}

export class Cloud implements Part {
  readonly events: Observers<CloudEvents>;
  readonly parts: CloudParts;
  /** The home of an embedded cloud. */
  readonly firstHome: FirstHome;
  /** The routes that the server answers, e.g. "GET /v1/home". */
  readonly routes: string[] = [];
  private readonly options: CloudOptions;
  private readonly keeper: ClockKeeper;
  /**
   * Separate database connections for the loops that send notifications, so that a flood of requests never delays notifications.
   */
  private readonly notifying: Database;
  private readonly dispatcher: Dispatcher;
  private readonly automations: Automations;
  private readonly guard: AddressGuard;
  private readonly stopping = new AbortController();
  private readonly failure = Promise.withResolvers<never>();
  private readonly lifecycle: Lifecycle;
  private server: FastifyInstance | null = null;
  private verifier: ClipVerifier | null = null;

  constructor(parts: CloudParts, options: CloudOptions, keeper: ClockKeeper) {
    const { config } = options;
    this.parts = parts;
    this.options = options;
    this.keeper = keeper;
    this.firstHome = new FirstHome(parts);
    this.events = new Observers((error, event) =>
      parts.log.error({ err: error, event }, 'a listener of cloud events failed'),
    );
    this.notifying =
      parts.database.kind === 'postgres'
        ? openDatabase(config.databaseUrl, { poolSize: config.databasePool })
        : parts.database;
    // A cloud on SQLite belongs to one home. Its MQTT broker is usually in the local network, so private addresses are allowed.
    this.guard = new AddressGuard(parts.database.kind === 'sqlite', config.allowedHosts);
    const notifiers = this.notifiers();
    const sending = { ...parts, database: this.notifying };
    this.dispatcher = new Dispatcher(sending, notifiers, (sent) => this.events.emit('notification', sent));
    this.automations = new Automations(sending, notifiers);
    // Code that awaits `ended` gets the failure. If nothing awaits it, the unhandled rejection must not end the process.
    this.failure.promise.catch(() => undefined);
    this.lifecycle = new Lifecycle(this.lifecycleParts(options.roles ?? ['api', 'worker']));
  }

  /** Rejects when this process can no longer do its work, so that its supervisor should restart it. */
  get ended(): Promise<never> {
    return this.failure.promise;
  }

  /** The address at which the API listens, e.g. http://127.0.0.1:8080. Empty for a process that is only a worker. */
  get url(): string {
    const address = this.server?.server.address();
    if (!address || typeof address === 'string') return '';
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host}:${address.port}`;
  }

  start(signal?: AbortSignal): Promise<void> {
    return this.lifecycle.start(signal);
  }

  /** Stops accepting work, finishes the work in progress, and closes everything. */
  stop(): Promise<void> {
    this.stopping.abort();
    return this.lifecycle.stop();
  }

  /** The parts in the order of their start. They stop in reverse order: the server first, the database last. */
  private lifecycleParts(roles: readonly ('api' | 'worker')[]): Partial<Part>[] {
    const { parts, notifying, keeper, dispatcher, automations } = this;
    const { database, queue, releases, rollout, feed } = parts;
    const [isApi, isWorker] = [roles.includes('api'), roles.includes('worker')];
    const sweeper = new Sweeper(
      { ...parts, database: notifying },
      () => dispatcher.wake(),
      (rows) => dispatcher.sendUnwritten(rows),
    );
    const bridges = new HomeAssistantBridges(
      { ...parts, database: notifying },
      this.guard,
      this.options.config.linkUrl,
    );
    return [
      { start: () => database.migrate(), stop: () => database.close() },
      ...(notifying === database ? [] : [{ stop: () => notifying.close() }]),
      { stop: async () => queue.close?.() },
      { start: () => keeper.start() },
      { start: () => sealPlainTargets(parts) },
      { start: () => releases.open() },
      { start: () => rollout.start() },
      this.loop((signal) => keeper.run(signal)),
      ...(isApi || isWorker
        ? [this.loop((signal) => dispatcher.run(signal)), this.loop((signal) => automations.run(signal))]
        : []),
      ...(isApi ? [feed, sweeper, rollout].map((part) => this.loop((signal) => part.run(signal))) : []),
      ...(isApi ? [this.loop((signal) => bridges.run(signal))] : []),
      ...(isWorker ? this.workerParts() : []),
      ...(isApi ? [{ start: () => this.listen(), stop: async () => this.server?.close() }] : []),
    ];
  }

  private workerParts(): Partial<Part>[] {
    const { parts, dispatcher, options } = this;
    const scorer: ScoresClips = options.scorer ?? { score: (clip) => this.verifier!.score(clip) };
    const teaching = new Teaching(parts, options.teacher ?? new ChildTeacher(releaseDirOf(options.config)));
    const worker = new VerifierWorker(parts, scorer, options.config.scoringThreads * CLIPS_PER_THREAD, (verdict) => {
      dispatcher.wake();
      this.events.emit('verdict', verdict);
    });
    return [
      ...(options.scorer ? [] : [{ start: () => this.startVerifier(), stop: async () => this.verifier?.stop() }]),
      this.loop((signal) => worker.run(signal)),
      { start: () => removeLeftRecordings(parts) },
      this.loop((signal) => teaching.run(signal)),
    ];
  }

  private async startVerifier(): Promise<void> {
    const { releases, metrics, log } = this.parts;
    const { verifier } = releases.require().manifest;
    this.verifier = new ClipVerifier({
      model: verifier,
      bytes: await releases.file(verifier.sha256),
      threads: this.options.config.scoringThreads,
      onBatch: (seconds) => metrics.scoring.observe(seconds),
      onBroken: (error) => {
        log.error({ err: error }, 'no clip can be verified any more');
        this.failure.reject(error);
      },
    });
    await this.verifier.start();
    if (!this.verifier.givesEmbeddings)
      log.warn('the verifier of this release has no embeddings, so sounds that members mark as wrong are not ignored');
  }

  private async listen(): Promise<void> {
    const { config } = this.options;
    const { dispatcher } = this;
    this.server = await buildServer({
      parts: this.parts,
      dispatcher,
      routes: this.routes,
      publicUrl: config.publicUrl,
      proxyHops: config.proxyHops,
      email: config.smtp !== null,
      ntfyUrl: config.ntfyUrl,
      operationsToken: config.operationsToken,
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

  /** A loop that fails is a bug. The process then ends with the error, and its supervisor starts a new one. */
  private loop(run: (signal: AbortSignal) => Promise<void>): Part {
    return new Loop(run, (error) => {
      this.parts.log.fatal(
        { err: error },
        'a part of this process failed and cannot continue: the process must be restarted',
      );
      this.failure.reject(error);
    });
  }

  private notifiers(): Notifier[] {
    const { config, pushCa } = this.options;
    const { vapid, clock, keys } = this.parts;
    const { guard } = this;
    return [
      new WebPushNotifier(vapid, pushCa, guard),
      new WebhookNotifier(clock, guard),
      new NtfyNotifier(config.linkUrl, new ActionLinks(keys), clock, guard),
      new EmailNotifier(config.smtp, config.publicUrl),
      new MqttNotifier(guard),
    ] as Notifier[];
  }
}
