import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '@earshot/shared/clock.ts';
import { Sha256 } from '@earshot/shared/contracts/common.ts';
import { IgnoredSoundsFile, type SilencedSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import type { SilencedSounds } from '../detect/detector-settings.ts';
import { StateFile } from '../disk/state-file.ts';
import type { AgentEmitter } from '../events.ts';
import type { CloudClient } from '../uplink/cloud-client.ts';
import { Prototypes } from './prototypes.ts';
import { SilencedCount, SilencedCounts } from './silenced-counts.ts';

/** What is on disk: the cloud's file with its hash, and counts of the silenced sounds. */
const Kept = z.object({ sha256: Sha256, file: IgnoredSoundsFile, counts: z.array(SilencedCount) });
type Kept = z.infer<typeof Kept>;

interface IgnoredSoundsOptions {
  path: string;
  client: CloudClient | null;
  events: AgentEmitter;
  clock: Clock;
  /** Called when the ignored sounds have changed, so that the detectors get the new ones. */
  changed: () => void;
}

/**
 * The ignored sounds that this device silences by itself. They follow the cloud's offer, which comes with every
 * heartbeat. They are kept on disk, because the home does not want these alerts when the internet is down either.
 */
export class IgnoredSounds {
  private readonly options: IgnoredSoundsOptions;
  private readonly file: StateFile<Kept>;
  private readonly counts: SilencedCounts;
  private sha256: string | null = null;
  private sounds: IgnoredSoundsFile = { schema: 1, sounds: [] };
  private prototypes: SilencedSounds | undefined;
  /** Changes of the list, in memory and on disk, run one after the other. */
  private work: Promise<void> = Promise.resolve();
  private isFollowing = false;
  private reported = '';

  constructor(options: IgnoredSoundsOptions) {
    this.options = options;
    this.file = new StateFile(options.path, Kept, (error) => void options.events.emit('problem', error));
    this.counts = new SilencedCounts(options.clock);
  }

  /** The ignored sounds to silence; undefined when nothing is silenced. */
  get silenced(): SilencedSounds | undefined {
    return this.prototypes;
  }

  /** What a heartbeat reports about the ignored sounds. */
  get report(): SilencedSound[] {
    return this.counts.report();
  }

  async start(): Promise<void> {
    const { events, client } = this.options;
    // Silence nothing without a cloud: nobody could remove a sound from the list.
    if (!client) return;
    const kept = await this.file.read().catch((error: EarshotError) => void events.emit('problem', error));
    if (kept) this.use(kept.sha256, kept.file, kept.counts);
    events.on('silenced', ({ soundId }) => {
      this.counts.add(soundId);
      this.inTurn(() => this.write());
    });
  }

  /** Takes the offer from a heartbeat's answer. Returns at once; the next heartbeat retries what failed. */
  take(offer: { sha256: string } | null, signal: AbortSignal): void {
    const wanted = offer?.sha256 ?? null;
    if (this.isFollowing || wanted === this.sha256) return;
    this.isFollowing = true;
    this.inTurn(async () => {
      try {
        await this.follow(wanted, signal);
        this.reported = '';
      } catch (thrown) {
        if (!signal.aborted) this.problem(asEarshotError(thrown, 'IGNORED_SOUNDS', 'ignored sounds'));
      } finally {
        this.isFollowing = false;
      }
    });
  }

  async settled(): Promise<void> {
    await this.work;
  }

  private async follow(wanted: string | null, signal: AbortSignal): Promise<void> {
    const { client, changed } = this.options;
    // Silence nothing until the new list has arrived, so that a sound that a member removed alerts again at once.
    this.sha256 = null;
    this.prototypes = undefined;
    changed();
    await this.file.remove();
    if (wanted === null) return this.counts.follow([]);
    if (!client) throw new EarshotError('UNREACHABLE', 'There is no cloud to fetch ignored sounds from.');
    this.use(wanted, parse(await client.ignoredSounds(wanted, signal), wanted));
    changed();
    await this.write();
  }

  private use(sha256: string, file: IgnoredSoundsFile, counts?: readonly SilencedCount[]): void {
    this.sha256 = sha256;
    this.sounds = file;
    this.prototypes = file.sounds.length > 0 ? new Prototypes(file.sounds) : undefined;
    this.counts.follow(
      file.sounds.map(({ id }) => id),
      counts,
    );
  }

  private async write(): Promise<void> {
    const { sha256, sounds: file, counts } = this;
    if (sha256 !== null) await this.file.write({ sha256, file, counts: [...counts.kept] });
  }

  private inTurn(work: () => Promise<void>): void {
    this.work = this.work
      .then(work)
      .catch((thrown: unknown) => this.problem(asEarshotError(thrown, 'DISK_UNWRITABLE', this.options.path)));
  }

  /** Reports each fault once, not with every heartbeat. */
  private problem(error: EarshotError): void {
    if (error.message === this.reported) return;
    this.reported = error.message;
    this.options.events.emit('problem', error);
  }
}

function parse(bytes: Uint8Array, sha256: string): IgnoredSoundsFile {
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new EarshotError('IGNORED_SOUNDS', 'The file is not the one that was offered.');
  try {
    return IgnoredSoundsFile.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw new EarshotError('IGNORED_SOUNDS', `The file does not match its contract: ${String(error)}`, {
      cause: error,
    });
  }
}
