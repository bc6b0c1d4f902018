import type { Clock } from '@earshot/shared/clock.ts';
import type { TaughtOffer } from '@earshot/shared/contracts/device.ts';
import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import type { AgentEmitter } from '../events.ts';
import type { CloudClient } from '../uplink/cloud-client.ts';
import { parseSound, type KeptSound, type TaughtFolder } from './taught-folder.ts';

interface TaughtSoundsOptions {
  here: TaughtFolder;
  cloud: TaughtFolder;
  client: CloudClient | null;
  clock: Clock;
  events: AgentEmitter;
  /** Called when the taught sounds have changed, so that a network with the new heads is loaded. */
  changed: () => Promise<void>;
  /** Whether the running network contains exactly the current taught sounds. */
  areUsed: () => boolean;
}

type Problem = (error: EarshotError) => void;

/**
 * The sounds that this home taught. While the device runs, they follow the cloud's list, which comes with every
 * heartbeat.
 */
export class TaughtSounds {
  private readonly options: TaughtSoundsOptions;
  private here: KeptSound[] = [];
  private cloud: KeptSound[] = [];
  private busy: Promise<void> | null = null;
  /** Pauses between retries: a head that does not run fails at every try, and a try costs a second of CPU time. */
  private readonly backOff = new BackOff(2_000, 3_600_000);
  private notBeforeMs = -Infinity;
  private offered = '';
  /** The messages of the faults of the last try. */
  private reported: ReadonlySet<string> = new Set();

  constructor(options: TaughtSoundsOptions) {
    this.options = options;
  }

  get sounds(): TaughtSoundFile[] {
    return [...this.here, ...this.cloud].map(({ sound }) => sound);
  }

  async start(): Promise<void> {
    this.here = await this.options.here.read();
    this.cloud = await this.options.cloud.read();
  }

  /** Takes the list from a heartbeat's answer. Returns at once; a later heartbeat retries what failed. */
  take(offers: readonly TaughtOffer[], signal: AbortSignal): void {
    const { clock, areUsed } = this.options;
    if (this.busy || (this.follows(offers) && areUsed())) return;
    const offered = JSON.stringify(offers);
    // Wait for the end of the pause only when the list has not changed: a new list is tried at once.
    if (offered === this.offered && clock.monotonicMs() < this.notBeforeMs) return;
    this.offered = offered;
    this.busy = this.tryToFollow(offers, signal).finally(() => (this.busy = null));
  }

  async settled(): Promise<void> {
    await this.busy;
  }

  private follows(offers: readonly TaughtOffer[]): boolean {
    const kept = new Set(this.cloud.map(({ sha256 }) => sha256));
    return offers.length === kept.size && offers.every(({ sha256 }) => kept.has(sha256));
  }

  private async tryToFollow(offers: readonly TaughtOffer[], signal: AbortSignal): Promise<void> {
    const { clock, events, areUsed } = this.options;
    const faults = new Map<string, EarshotError>();
    const note: Problem = (error) => void faults.set(error.message, error);
    try {
      await this.follow(offers, note, signal);
    } catch (thrown) {
      note(asEarshotError(thrown, 'TAUGHT_SOUND', 'taught sounds'));
    }
    if (signal.aborted) return;
    // Report each fault once, not at every try.
    for (const [message, error] of faults) if (!this.reported.has(message)) events.emit('problem', error);
    this.reported = new Set(faults.keys());
    if (this.follows(offers) && areUsed()) this.backOff.succeeded();
    else this.notBeforeMs = clock.monotonicMs() + this.backOff.nextMs();
  }

  /**
   * Gets the sounds of the cloud's list. A sound that cannot be fetched does not delay the other sounds, and its older
   * head stays in use.
   */
  private async follow(offers: readonly TaughtOffer[], note: Problem, signal: AbortSignal): Promise<void> {
    const { cloud, changed, areUsed } = this.options;
    const next: KeptSound[] = [];
    for (const { label, sha256 } of offers) {
      const kept = this.cloud.find((one) => one.sha256 === sha256);
      const older = this.cloud.find(({ sound }) => sound.label === label);
      const sound = kept ?? (await this.fetch(label, sha256, note, signal)) ?? older;
      if (sound) next.push(sound);
    }
    signal.throwIfAborted();
    for (const { sound } of this.cloud)
      if (!offers.some(({ label }) => label === sound.label))
        await cloud
          .remove(sound.label)
          .catch((thrown: unknown) => note(asEarshotError(thrown, 'DISK_UNWRITABLE', sound.label)));
    this.cloud = next;
    if (!areUsed()) await changed();
  }

  private async fetch(label: string, sha256: string, note: Problem, signal: AbortSignal): Promise<KeptSound | null> {
    const { client, cloud } = this.options;
    try {
      if (!client) throw new EarshotError('UNREACHABLE', 'There is no cloud to fetch a taught sound from.');
      const bytes = await client.taughtSound(sha256, signal);
      const kept = parseSound(bytes);
      if (kept.sha256 !== sha256 || kept.sound.label !== label)
        throw new EarshotError('TAUGHT_SOUND', `The file of ${label} is not the one that was offered.`);
      // A sound that cannot be written to the disk is used until the next start.
      await cloud
        .write(label, bytes)
        .catch((thrown: unknown) => note(asEarshotError(thrown, 'DISK_UNWRITABLE', label)));
      return kept;
    } catch (thrown) {
      note(asEarshotError(thrown, 'TAUGHT_SOUND', label));
      return null;
    }
  }
}
