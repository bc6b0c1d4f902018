import { join } from 'node:path';
import { systemClock, type Clock } from '@earshot/shared/clock.ts';
import type { Heartbeat, SirenState, SourceHealth } from '@earshot/shared/contracts/device.ts';
import type { EarshotError } from '@earshot/shared/errors.ts';
import type { Mode } from '@earshot/shared/labels.ts';
import { Lifecycle } from '@earshot/shared/lifecycle/lifecycle.ts';
import { Loop } from '@earshot/shared/lifecycle/loop.ts';
import type { Part } from '@earshot/shared/lifecycle/part.ts';
import type { RecentSound } from './actions/self-test.ts';
import type { AudioSource } from './audio/source.ts';
import type { DetectorSettings } from './detect/detector-settings.ts';
import type { TrustedKeys } from './releases/trusted-keys.ts';
import { AgentEmitter } from './events.ts';
import { describeStatus } from './health/status-report.ts';
import { Vitals } from './health/vitals.ts';
import { LiveSound } from './drop-in/live-sound.ts';
import { CandidateDesk } from './listening/candidate-desk.ts';
import { Ears } from './listening/ears.ts';
import { Outbox } from './outbox/outbox.ts';
import type { Bounds } from './outbox/shedding.ts';
import { HomeSettingsKeeper } from './settings/home-settings.ts';
import { CloudClient, type CloudAddress } from './uplink/cloud-client.ts';
import { ExampleRecorder } from './taught/example-recorder.ts';
import { taughtFolder } from './taught/taught-folder.ts';
import { TaughtSounds } from './taught/taught-sounds.ts';
import { ReleaseStore } from './releases/release-store.ts';
import { Sampler } from './sampling/sampler.ts';
import { Updater } from './releases/updater.ts';
import { Uplink } from './uplink/uplink.ts';

const SOFTWARE_VERSION = '0.1.0';

export interface AgentOptions {
  /** EARSHOT_HOME: everything that must survive a restart lies in `home`/device. */
  home: string;
  /** The release that came with the software. A newer one that was downloaded since is used instead. */
  releaseDir: string;
  sources: readonly AudioSource[];
  /** Null: no cloud. Candidates stay in the outbox and are delivered once there is one. */
  cloud: CloudAddress | null;
  /** Whether the network skips quiet frames; false: it computes every frame. */
  gate?: boolean;
  /** Overrides the home's mode: a recording is played as in an empty home, where a new home listens for glass too. */
  mode?: Mode;
  clock?: Clock;
  outboxBounds?: Bounds;
  trustedKeys?: TrustedKeys;
  /** A new release that has run this long without a crash is kept. */
  releaseTrialMs?: number;
  /** How often a heartbeat is sent to the cloud. */
  heartbeatMs?: number;
  /** Whether members may listen live; true unless the owner of the machine says no. */
  dropIn?: boolean;
  /** Chooses which near misses are sent as samples; from 0 to 1. */
  random?: () => number;
}

export interface Agent {
  readonly events: AgentEmitter;
  /** Opens outbox and settings, loads the release and begins to listen. */
  start(signal?: AbortSignal): Promise<void>;
  /**
   * Resolves when every source has ended; fails with the error of the first source or part of the agent that failed.
   */
  readonly ended: Promise<void>;
  /** Resolves when the cloud has committed every candidate and every report of how a sound ended. */
  drain(signal: AbortSignal): Promise<void>;
  /** Stops listening and waits for work in progress. Undelivered candidates stay in the outbox. */
  stop(): Promise<void>;
  status(): Heartbeat;
  /** Whether the cloud was reached at the last try. */
  isOnline(): boolean;
  /** Whether blocks of sound are still being processed. The watchdog asks this. */
  isAlive(): boolean;
  labels(): readonly string[];
  health(): readonly SourceHealth[];
  mode(): Mode;
  /** Sets the mode from a switch in the home. */
  setMode(mode: Mode): Promise<void>;
  /** Names of those who listen live now. */
  listeners(): readonly string[];
  /** The last 20 s of sound of each source. */
  recentSound(): readonly RecentSound[];
}

/** Builds the device from its parts and contains no logic of its own. */
export function createAgent(options: AgentOptions): Agent {
  return new ComposedAgent(options);
}

class ComposedAgent implements Agent {
  readonly events = new AgentEmitter();
  ended: Promise<void> = Promise.resolve();
  private readonly options: AgentOptions;
  private readonly clock: Clock;
  private readonly monotonicMs: () => number;
  private readonly stopping = new AbortController();
  private readonly outbox: Outbox;
  private readonly settings: HomeSettingsKeeper;
  private readonly vitals: Vitals;
  private readonly client: CloudClient | null;
  private readonly updater: Updater;
  private readonly taught: TaughtSounds;
  private readonly examples: ExampleRecorder | null;
  private readonly sampler: Sampler | null;
  private ears!: Ears;
  private readonly uplink: Uplink | null;
  private readonly live: LiveSound | null;
  private readonly lifecycle: Lifecycle;
  private readonly failure = Promise.withResolvers<never>();
  private isWatched = false;
  private siren: SirenState = 'none';

  constructor(options: AgentOptions) {
    this.options = options;
    const clock = options.clock ?? systemClock;
    this.clock = clock;
    // The wall clock jumps when it is set over the network; silence and sample rates are measured on a clock that does not.
    this.monotonicMs = options.clock ? () => clock.nowMs() : () => performance.now();
    const kept = join(options.home, 'device');
    const report = (error: EarshotError) => void this.events.emit('problem', error);
    this.outbox = new Outbox(join(kept, 'outbox'), report, options.outboxBounds);
    this.settings = new HomeSettingsKeeper(join(kept, 'settings.json'), clock, report, () => this.takeSettings());
    this.vitals = new Vitals(this.monotonicMs);
    this.client = options.cloud && new CloudClient(options.cloud);
    this.updater = new Updater({
      store: new ReleaseStore(join(kept, 'releases'), options.releaseDir, report),
      client: this.client,
      clock,
      events: this.events,
      load: options.trustedKeys ? { trustedKeys: options.trustedKeys } : {},
      switchTo: (network) => this.ears.switchTo(network),
      taught: () => this.taught.sounds,
      ...(options.releaseTrialMs === undefined ? {} : { trialMs: options.releaseTrialMs }),
    });
    this.taught = new TaughtSounds({
      here: taughtFolder(options.home, 'here', report),
      cloud: taughtFolder(options.home, 'cloud', report),
      client: this.client,
      events: this.events,
      changed: () => this.updater.takeTaught(),
    });
    this.uplink = this.client && this.openUplink(this.client);
    this.live = this.client && options.dropIn !== false ? this.openLiveSound(this.client) : null;
    // Examples and samples are recordings of the room, so the owner of the machine forbids them together with listening live.
    this.examples = this.client && options.dropIn !== false ? this.openExamples(this.client) : null;
    this.sampler = this.client && options.dropIn !== false ? this.openSampler(this.client) : null;
    this.failure.promise.catch(() => undefined);
    this.events.on('siren', ({ sounding }) => (this.siren = sounding ? 'sounding' : 'silent'));
    this.lifecycle = new Lifecycle(this.parts());
  }

  start(signal?: AbortSignal): Promise<void> {
    return this.lifecycle.start(signal);
  }

  async drain(signal: AbortSignal): Promise<void> {
    while (this.outbox.stats().records > 0 || (this.uplink?.isBusy ?? false)) await this.clock.sleep(20, signal);
  }

  stop(): Promise<void> {
    this.stopping.abort();
    return this.lifecycle.stop();
  }

  /**
   * Parts in the order in which they start. They stop in reverse: the sources end first, and the sound that they
   * delivered is still stored.
   */
  private parts(): Partial<Part>[] {
    const { outbox, settings, clock, updater } = this;
    return [
      { start: () => outbox.start() },
      this.loop((signal) => outbox.run(clock, signal)),
      { start: () => settings.start() },
      { start: () => this.taught.start() },
      { start: async () => void (this.ears = await this.openEars()), stop: () => this.closeEars() },
      { stop: () => updater.settled() },
      { stop: () => this.taught.settled() },
      { stop: async () => this.examples?.settled() },
      { stop: async () => this.sampler?.settled() },
      this.loop((signal) => settings.run(signal)),
      ...(this.uplink ? [this.loop((signal) => this.uplink!.run(signal))] : []),
      ...(this.live ? [this.loop((signal) => this.live!.run(signal))] : []),
      new Loop(
        (signal) => this.listen(signal),
        () => undefined,
      ),
    ];
  }

  /** A loop that fails is a bug: the agent ends with it, and its supervisor restarts it. */
  private loop(run: (signal: AbortSignal) => Promise<void>): Part {
    return new Loop(run, this.failure.reject);
  }

  private listen(signal: AbortSignal): Promise<void> {
    const listening = this.ears.run(signal);
    this.ended = Promise.race([listening, this.failure.promise]);
    // Callers of `ended` get the failure; when there is no caller, the unhandled rejection must not end the process.
    this.ended.catch(() => undefined);
    return listening;
  }

  private async closeEars(): Promise<void> {
    await (this.ears as Ears | undefined)?.close();
  }

  status(): Heartbeat {
    const { outbox, settings, vitals, ears } = this;
    const { siren } = this;
    const dropIn = this.live !== null;
    const releaseState = () => this.updater.releaseState;
    return describeStatus(
      { software: SOFTWARE_VERSION, ears, outbox, settings, vitals, siren, dropIn, releaseState },
      this.isWatched,
    );
  }

  isOnline(): boolean {
    return this.uplink?.online ?? false;
  }

  isAlive(): boolean {
    return !this.ears.isStuck;
  }

  labels(): readonly string[] {
    return this.ears.network.labels;
  }

  health(): readonly SourceHealth[] {
    return this.ears.health;
  }

  mode(): Mode {
    return this.settings.mode;
  }

  setMode(mode: Mode): Promise<void> {
    return this.settings.setMode(mode);
  }

  listeners(): readonly string[] {
    return this.live?.listeners ?? [];
  }

  recentSound(): readonly RecentSound[] {
    return this.ears.rings;
  }

  private async openEars(): Promise<Ears> {
    const { sources } = this.options;
    const { clock, events, monotonicMs, settings } = this;
    const network = await this.updater.open();
    const desk = new CandidateDesk(this.outbox, events, clock, () => settings.isTesting);
    return new Ears({
      sources,
      network,
      settings: this.detectorSettings(),
      desk,
      nearMiss: (listener, nearMiss) => this.sampler?.take(listener, nearMiss),
      events,
      clock,
      monotonicMs,
    });
  }

  private openUplink(client: CloudClient): Uplink {
    const { outbox, events, clock } = this;
    return new Uplink({
      client,
      outbox,
      events,
      clock,
      describe: () => this.status(),
      beatMs: this.options.heartbeatMs,
      answered: async ({ settings, release, live, siren, listeners, taught, record }) => {
        this.isWatched = live;
        this.live?.take(listeners ?? []);
        if (siren) this.events.emit('sirenOrder', siren);
        if (release) this.updater.offer(release, this.stopping.signal);
        if (taught) this.taught.take(taught, this.stopping.signal);
        if (record) this.examples?.take(record, this.stopping.signal);
        if (settings !== null) await this.settings.apply(settings);
      },
    });
  }

  private openLiveSound(client: CloudClient): LiveSound {
    const { events, clock } = this;
    const isUrgent = () => this.uplink?.isUrgent ?? false;
    return new LiveSound({ client, events, clock, isUrgent, rings: () => this.ears.rings });
  }

  private openExamples(client: CloudClient): ExampleRecorder {
    const { events, clock } = this;
    return new ExampleRecorder({ client, events, clock, rings: () => this.ears.rings });
  }

  private openSampler(client: CloudClient): Sampler {
    const { events, clock, settings, options } = this;
    return new Sampler({
      client,
      events,
      clock,
      isOn: () => settings.settings.samples && !settings.isTesting,
      isUrgent: () => this.uplink?.isUrgent ?? false,
      network: () => this.ears.network,
      signal: this.stopping.signal,
      ...(options.random ? { random: options.random } : {}),
    });
  }

  private detectorSettings(): DetectorSettings {
    const { mode, gate = true } = this.options;
    return { mode: mode ?? this.settings.mode, sounds: this.settings.sounds, gate };
  }

  private takeSettings(): void {
    const { mode, isTesting: testing, settings } = this.settings;
    this.events.emit('settings', { version: settings.version, mode, testing });
    // Sources that are not open yet need no update: they are opened with the settings of that moment.
    void (this.ears as Ears | undefined)?.configure(this.detectorSettings());
  }
}
