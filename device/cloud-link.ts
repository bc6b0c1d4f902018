import type { Clock } from '@earshot/shared/clock.ts';
import type { Heartbeat } from '@earshot/shared/contracts/device.ts';
import { LiveSound } from './drop-in/live-sound.ts';
import type { AgentEmitter } from './events.ts';
import type { IgnoredSounds } from './ignored/ignored-sounds.ts';
import type { Ears } from './listening/ears.ts';
import type { Listener } from './listening/listener.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { Updater } from './releases/updater.ts';
import type { NearMiss } from './sampling/near-misses.ts';
import { Sampler } from './sampling/sampler.ts';
import type { HomeSettingsKeeper } from './settings/home-settings.ts';
import { ExampleRecorder } from './taught/example-recorder.ts';
import type { TaughtSounds } from './taught/taught-sounds.ts';
import type { CloudClient } from './uplink/cloud-client.ts';
import type { LooseAnswer } from './uplink/heartbeat-answer.ts';
import { Uplink } from './uplink/uplink.ts';

export interface CloudLinkOptions {
  client: CloudClient;
  clock: Clock;
  events: AgentEmitter;
  outbox: Outbox;
  settings: HomeSettingsKeeper;
  updater: Updater;
  taught: TaughtSounds;
  ignored: IgnoredSounds;
  /** The device's sources. Call it only while they are open. */
  ears: () => Ears;
  /** The state of the device for the next heartbeat. */
  describe: () => Heartbeat;
  heartbeatMs: number | undefined;
  /** Whether recordings of the room other than alerts may leave the device: live listening, examples and samples. */
  mayRecordRoom: boolean;
  random: (() => number) | undefined;
  /** Aborts when the device stops. This ends all work that an answer of the cloud has started. */
  stopping: AbortSignal;
}

/** The parts of a device that need a cloud. Passes each answer of the cloud on to the part that handles it. */
export class CloudLink {
  private readonly options: CloudLinkOptions;
  private readonly uplink: Uplink;
  private readonly live: LiveSound | null = null;
  private readonly examples: ExampleRecorder | null = null;
  private readonly sampler: Sampler | null = null;
  private hasWatchers = false;

  constructor(options: CloudLinkOptions) {
    this.options = options;
    const { client, outbox, events, clock, describe, settings, ears, random } = options;
    this.uplink = new Uplink({
      client,
      outbox,
      events,
      clock,
      describe,
      beatMs: options.heartbeatMs,
      answered: (answer) => this.take(answer),
    });
    if (!options.mayRecordRoom) return;
    const rings = () => ears().rings;
    const isUrgent = () => this.uplink.isUrgent;
    this.live = new LiveSound({ client, events, clock, isUrgent, rings });
    this.examples = new ExampleRecorder({ client, events, clock, rings });
    this.sampler = new Sampler({
      client,
      events,
      clock,
      isOn: () => settings.settings.samples && !settings.isTesting,
      isUrgent,
      network: () => ears().network,
      signal: options.stopping,
      ...(random ? { random } : {}),
    });
  }

  /** The loops that run until the device stops. */
  get loops(): readonly ((signal: AbortSignal) => Promise<void>)[] {
    const { uplink, live } = this;
    return [(signal) => uplink.run(signal), ...(live ? [(signal: AbortSignal) => live.run(signal)] : [])];
  }

  /** Whether the cloud was reached at the last attempt. */
  get isOnline(): boolean {
    return this.uplink.online;
  }

  /** Whether reports that a sound has ended are waiting to be sent. */
  get isBusy(): boolean {
    return this.uplink.isBusy;
  }

  /** Whether a member watches the device's scores in the app. */
  get isWatched(): boolean {
    return this.hasWatchers;
  }

  get allowsLiveListening(): boolean {
    return this.live !== null;
  }

  /** Names of those who listen live now. */
  get listeners(): readonly string[] {
    return this.live?.listeners ?? [];
  }

  /** Sends a random share of the near misses. */
  sample(listener: Listener, nearMiss: NearMiss): void {
    this.sampler?.take(listener, nearMiss);
  }

  /** Resolves when no recording is being made or sent. */
  async settled(): Promise<void> {
    await Promise.all([this.examples?.settled(), this.sampler?.settled()]);
  }

  private async take(answer: LooseAnswer): Promise<void> {
    const { settings, release, live, siren, listeners, taught, ignored, record } = answer;
    const { events, updater, stopping } = this.options;
    this.hasWatchers = live;
    this.live?.take(listeners ?? []);
    if (siren) events.emit('sirenOrder', siren);
    if (release) updater.offer(release, stopping);
    if (taught) this.options.taught.take(taught, stopping);
    this.options.ignored.take(ignored ?? null, stopping);
    if (record) this.examples?.take(record, stopping);
    if (settings !== null) await this.options.settings.apply(settings);
  }
}
