import type { TaughtOffer } from '@earshot/shared/contracts/device.ts';
import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import type { AgentEmitter } from '../events.ts';
import type { CloudClient } from '../uplink/cloud-client.ts';
import { parseSound, type KeptSound, type TaughtFolder } from './taught-folder.ts';

interface TaughtSoundsOptions {
  here: TaughtFolder;
  cloud: TaughtFolder;
  client: CloudClient | null;
  events: AgentEmitter;
  /** Called when the sounds have changed: a network with the new ones must be loaded. */
  changed: () => Promise<void>;
}

/** The sounds that this home taught. They follow the cloud's list, which comes with every heartbeat, while the device runs. */
export class TaughtSounds {
  private readonly options: TaughtSoundsOptions;
  private here: KeptSound[] = [];
  private cloud: KeptSound[] = [];
  private busy: Promise<void> | null = null;
  private reported = '';

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

  /** Takes the list from a heartbeat's answer. Returns at once; the next heartbeat retries what failed. */
  take(offers: readonly TaughtOffer[], signal: AbortSignal): void {
    if (this.busy || this.follows(offers)) return;
    this.busy = this.follow(offers, signal)
      .catch((thrown: unknown) => {
        if (!signal.aborted) this.problem(asEarshotError(thrown, 'TAUGHT_SOUND', 'taught sounds'));
      })
      .finally(() => (this.busy = null));
  }

  async settled(): Promise<void> {
    await this.busy;
  }

  private follows(offers: readonly TaughtOffer[]): boolean {
    const kept = new Set(this.cloud.map(({ sha256 }) => sha256));
    return offers.length === kept.size && offers.every(({ sha256 }) => kept.has(sha256));
  }

  private async follow(offers: readonly TaughtOffer[], signal: AbortSignal): Promise<void> {
    const { cloud, changed } = this.options;
    const next: KeptSound[] = [];
    for (const { label, sha256 } of offers)
      next.push(this.cloud.find((one) => one.sha256 === sha256) ?? (await this.fetch(label, sha256, signal)));
    for (const { sound } of this.cloud)
      if (!offers.some(({ label }) => label === sound.label)) await cloud.remove(sound.label);
    this.cloud = next;
    await changed();
    this.reported = '';
  }

  private async fetch(label: string, sha256: string, signal: AbortSignal): Promise<KeptSound> {
    const { client, cloud } = this.options;
    if (!client) throw new EarshotError('UNREACHABLE', 'There is no cloud to fetch a taught sound from.');
    const bytes = await client.taughtSound(sha256, signal);
    const kept = parseSound(bytes);
    if (kept.sha256 !== sha256 || kept.sound.label !== label)
      throw new EarshotError('TAUGHT_SOUND', `The file of ${label} is not the one that was offered.`);
    await cloud.write(label, bytes);
    return kept;
  }

  /** Reports each fault once, not with every heartbeat. */
  private problem(error: EarshotError): void {
    if (error.message === this.reported) return;
    this.reported = error.message;
    this.options.events.emit('problem', error);
  }
}
