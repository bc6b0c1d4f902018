import { join } from 'node:path';
import { systemClock, type Clock } from '@earshot/shared/clock.ts';
import type { Heartbeat, SirenState, SourceHealth } from '@earshot/shared/contracts/device.ts';
import type { EarshotError } from '@earshot/shared/errors.ts';
import type { Mode } from '@earshot/shared/labels.ts';
import { Lifecycle } from '@earshot/shared/lifecycle/lifecycle.ts';
import { Loop } from '@earshot/shared/lifecycle/loop.ts';
import type { Part } from '@earshot/shared/lifecycle/part.ts';
import type { RecentSound } from './actions/self-test.ts';
import type { Agent, AgentOptions } from './agent-types.ts';
import { onlyInOtherModes, type DetectorSettings } from './detect/detector-settings.ts';
import { CloudLink } from './cloud-link.ts';
import { AgentEmitter } from './events.ts';
import { describeStatus } from './health/status-report.ts';
import { Vitals } from './health/vitals.ts';
import { IgnoredSounds } from './ignored/ignored-sounds.ts';
import { CandidateDesk } from './listening/candidate-desk.ts';
import { Ears } from './listening/ears.ts';
import { Outbox } from './outbox/outbox.ts';
import { HomeSettingsKeeper } from './settings/home-settings.ts';
import { CloudClient } from './uplink/cloud-client.ts';
import { taughtFolder } from './taught/taught-folder.ts';
import { TaughtSounds } from './taught/taught-sounds.ts';
import { ReleaseStore } from './releases/release-store.ts';
import { Updater } from './releases/updater.ts';

const SOFTWARE_VERSION = '0.1.0';

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
  private readonly updater: Updater;
  private readonly taught: TaughtSounds;
  private readonly ignored: IgnoredSounds;
  private ears!: Ears;
  /** Null when the device has no cloud. */
  private readonly link: CloudLink | null;
  private readonly lifecycle: Lifecycle;
  private readonly failure = Promise.withResolvers<never>();
  private siren: SirenState = 'none';

  constructor(options: AgentOptions) {
    this.options = options;
    const clock = options.clock ?? systemClock;
    this.clock = clock;
    // Silence and sample rates are measured on a monotonic clock: the wall clock jumps when it is set over the network.
    this.monotonicMs = options.clock ? () => clock.nowMs() : () => performance.now();
    const kept = join(options.home, 'device');
    const report = (error: EarshotError) => void this.events.emit('problem', error);
    this.outbox = new Outbox(join(kept, 'outbox'), report, options.outboxBounds);
    this.settings = new HomeSettingsKeeper(join(kept, 'settings.json'), clock, report, () => this.takeSettings());
    this.vitals = new Vitals(this.monotonicMs);
    const client = options.cloud && new CloudClient(options.cloud);
    this.updater = new Updater({
      store: new ReleaseStore(join(kept, 'releases'), options.releaseDir, report),
      client,
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
      client,
      clock,
      events: this.events,
      changed: () => this.updater.takeTaught(),
      areUsed: () => this.updater.usesTaught,
    });
    this.ignored = new IgnoredSounds({
      path: join(kept, 'ignored-sounds.json'),
      client,
      clock,
      events: this.events,
      changed: () => this.reconfigure(),
    });
    this.link = client && this.openLink(client);
    this.failure.promise.catch(() => undefined);
    this.events.on('siren', ({ sounding }) => (this.siren = sounding ? 'sounding' : 'silent'));
    this.lifecycle = new Lifecycle(this.parts());
  }

  start(signal?: AbortSignal): Promise<void> {
    return this.lifecycle.start(signal);
  }

  async drain(signal: AbortSignal): Promise<void> {
    while (this.outbox.stats().records > 0 || (this.link?.isBusy ?? false)) await this.clock.sleep(20, signal);
  }

  stop(): Promise<void> {
    this.stopping.abort();
    return this.lifecycle.stop();
  }

  /**
   * Parts in the order in which they start. They stop in reverse order, so the sources stop first and their last sounds
   * are still stored.
   */
  private parts(): Partial<Part>[] {
    const { outbox, settings, clock, updater } = this;
    return [
      { start: () => outbox.start() },
      this.loop((signal) => outbox.run(clock, signal)),
      { start: () => settings.start() },
      { start: () => this.taught.start() },
      { start: () => this.ignored.start() },
      { start: async () => void (this.ears = await this.openEars()), stop: () => this.closeEars() },
      { stop: () => updater.settled() },
      { stop: () => this.taught.settled() },
      { stop: () => this.ignored.settled() },
      { stop: async () => this.link?.settled() },
      this.loop((signal) => settings.run(signal)),
      ...(this.link?.loops ?? []).map((run) => this.loop(run)),
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
    // A caller of `ended` still receives the failure. Without this line and without a caller, Node would end the
    // process because of an unhandled rejection.
    this.ended.catch(() => undefined);
    return listening;
  }

  private async closeEars(): Promise<void> {
    await (this.ears as Ears | undefined)?.close();
  }

  status(): Heartbeat {
    const { outbox, settings, vitals, ears } = this;
    const { siren } = this;
    const silenced = this.ignored.report;
    const dropIn = this.link?.allowsLiveListening ?? false;
    const releaseState = () => this.updater.releaseState;
    return describeStatus(
      { software: SOFTWARE_VERSION, ears, outbox, settings, vitals, siren, dropIn, silenced, releaseState },
      this.link?.isWatched ?? false,
    );
  }

  isOnline(): boolean {
    return this.link?.isOnline ?? false;
  }

  isAlive(): boolean {
    return !this.ears.isStuck;
  }

  labels(): readonly string[] {
    return this.ears.network.labels;
  }

  onlyInOtherModes(): readonly string[] {
    return onlyInOtherModes(this.detectorSettings(), this.labels());
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
    return this.link?.listeners ?? [];
  }

  recentSound(): readonly RecentSound[] {
    return this.ears.rings;
  }

  private async openEars(): Promise<Ears> {
    const { sources } = this.options;
    const { clock, events, monotonicMs, settings } = this;
    const network = await this.updater.open();
    const homeNow = () => ({ mode: this.detectorSettings().mode, isTesting: settings.isTesting });
    const desk = new CandidateDesk(this.outbox, events, clock, homeNow);
    return new Ears({
      sources,
      network,
      settings: this.detectorSettings(),
      desk,
      nearMiss: (listener, nearMiss) => this.link?.sample(listener, nearMiss),
      events,
      clock,
      monotonicMs,
    });
  }

  private openLink(client: CloudClient): CloudLink {
    const { outbox, events, clock, settings, updater, taught, ignored, options } = this;
    return new CloudLink({
      client,
      clock,
      events,
      outbox,
      settings,
      updater,
      taught,
      ignored,
      ears: () => this.ears,
      describe: () => this.status(),
      heartbeatMs: options.heartbeatMs,
      mayRecordRoom: options.dropIn !== false,
      random: options.random,
      stopping: this.stopping.signal,
    });
  }

  private detectorSettings(): DetectorSettings {
    const { mode, gate = true } = this.options;
    const { settings, ignored } = this;
    return { mode: mode ?? settings.mode, sounds: settings.sounds, gate, silenced: ignored.silenced };
  }

  private takeSettings(): void {
    const { mode, isTesting: testing, settings } = this.settings;
    this.events.emit('settings', { version: settings.version, mode, testing });
    this.reconfigure();
  }

  /** Sources that are not open yet need no update: they get the current settings when they are opened. */
  private reconfigure(): void {
    void (this.ears as Ears | undefined)?.configure(this.detectorSettings());
  }
}
