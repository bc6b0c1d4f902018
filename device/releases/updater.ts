import type { Clock } from '@earshot/shared/clock.ts';
import type { Heartbeat } from '@earshot/shared/contracts/device.ts';
import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { asEarshotError, EarshotError, type ErrorCode } from '@earshot/shared/errors.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import type { Network } from '../network/network.ts';
import { loadWithTaught, type LoadedSounds } from '../taught/load-taught.ts';
import { loadRelease, type LoadOptions, type Release } from './release.ts';
import type { AgentEmitter } from '../events.ts';
import type { CloudClient } from '../uplink/cloud-client.ts';
import { download, type Offer } from './download.ts';
import { checkGolden } from './golden.ts';
import type { ReleaseStore } from './release-store.ts';
import { compareVersions } from '@earshot/shared/release-versions.ts';

/** How long a new release must run without a crash before it is kept. */
const TRIAL_MS = 60_000;
/** Errors that pass by themselves: they do not count against a release. */
const PASSING: readonly ErrorCode[] = ['UNREACHABLE', 'TOO_MANY', 'DISK_FULL', 'DISK_UNWRITABLE', 'DISK_UNREADABLE'];

export interface UpdaterOptions {
  store: ReleaseStore;
  client: CloudClient | null;
  clock: Clock;
  events: AgentEmitter;
  load: LoadOptions;
  switchTo: (network: Network) => Promise<void>;
  /** The sounds that the home taught. Every network that is loaded gets their heads. */
  taught: () => readonly TaughtSoundFile[];
  /** How long a new release is on trial, in milliseconds; tests shorten it. */
  trialMs?: number;
}

/**
 * Installs the release that the cloud offers: downloads it, checks hashes, signature and golden sounds, switches to it
 * and runs it on trial. When a step fails the old release keeps running, and the app shows the reason.
 */
export class Updater {
  private readonly options: UpdaterOptions;
  private state: Heartbeat['releaseState'] = { state: 'running', message: null };
  private release: Release | null = null;
  /** The taught sounds with which the running network was loaded. */
  private sounds: readonly TaughtSoundFile[] = [];
  private readonly reported = new WeakSet<TaughtSoundFile>();
  private busy: Promise<void> | null = null;
  /** Networks are loaded and switched to one after the other, so that an older network never replaces a newer one. */
  private turn: Promise<unknown> = Promise.resolve();
  private readonly backOff = new BackOff(2_000, 300_000);
  private notBeforeMs = 0;

  constructor(options: UpdaterOptions) {
    this.options = options;
  }

  get releaseState(): Heartbeat['releaseState'] {
    return this.state;
  }

  /**
   * The network to start with. When the chosen release cannot be loaded any more, the release that came with the
   * software runs.
   */
  async open(): Promise<Network> {
    const { store, clock, load } = this.options;
    const { dir, rolledBack } = await store.open(clock.nowMs());
    try {
      return await this.load(dir, rolledBack, load);
    } catch (thrown) {
      const error = asEarshotError(thrown, 'RELEASE_BROKEN', dir);
      const builtIn = await store.useBuiltIn(error.message, clock.nowMs());
      // The release that came with the software has no earlier release to return to.
      if (builtIn === dir) throw error;
      return await this.load(builtIn, error.message, load);
    }
  }

  private async load(dir: string, rolledBack: string | null, options: LoadOptions): Promise<Network> {
    this.release = await loadRelease(dir, options);
    const { network, sounds } = await this.loaded(this.release);
    this.sounds = sounds;
    if (rolledBack) this.report('rolled_back', rolledBack);
    return network;
  }

  /** Takes the cloud's offer from a heartbeat. Returns at once; one update runs at a time. */
  offer(offer: Offer, signal: AbortSignal): void {
    const { store, clock } = this.options;
    if (
      this.busy ||
      clock.monotonicMs() < this.notBeforeMs ||
      offer.manifestSha256 === this.release?.manifestSha256 ||
      (!offer.goBack && store.hasFailed(offer.manifestSha256, clock.nowMs()))
    )
      return;
    this.busy = this.follow(offer, signal).finally(() => (this.busy = null));
  }

  /** Resolves when no update is in progress. */
  async settled(): Promise<void> {
    await this.busy;
  }

  /**
   * Loads the running release again, because the taught sounds have changed. Does not wait for the download or the trial
   * of a release, which may take hours on a slow line.
   */
  takeTaught(): Promise<void> {
    return this.inTurn(async () => {
      const { release } = this;
      if (release) await this.use(release, await this.loaded(release));
    });
  }

  /** Whether the running network contains exactly the current taught sounds. */
  get usesTaught(): boolean {
    const taught = this.options.taught();
    return taught.length === this.sounds.length && taught.every((sound) => this.sounds.includes(sound));
  }

  private loaded(release: Release): Promise<LoadedSounds> {
    return loadWithTaught(release, this.options.taught(), (sound, error) => {
      // A retry does not report the same file again.
      if (!this.reported.has(sound)) this.options.events.emit('problem', error);
      this.reported.add(sound);
    });
  }

  private async use(release: Release, { network, sounds }: LoadedSounds): Promise<void> {
    await this.options.switchTo(network);
    this.release = release;
    this.sounds = sounds;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  /**
   * Refuses a release that is older than the running one. The only exception is the release that ran here just before,
   * when the cloud has halted the roll-out of the newer one.
   */
  private async follow(offer: Offer, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.options;
    const before = offer.goBack ? await store.previousIs(offer.manifestSha256) : null;
    if (before !== null) await this.goBack(before, offer.version);
    else if (!store.hasFailed(offer.manifestSha256, clock.nowMs())) await this.take(offer, signal);
  }

  private async goBack(dir: string, version: string): Promise<void> {
    const { store, clock, events, load } = this.options;
    const why = `the roll-out of ${this.release?.manifest.version ?? ''} was halted; ${version} runs again`;
    try {
      await this.inTurn(async () => {
        const release = await loadRelease(dir, load);
        const loaded = await this.loaded(release);
        await store.returnToPrevious(why, clock.nowMs());
        await this.use(release, loaded);
      });
      this.report('rolled_back', why);
    } catch (thrown) {
      const error = asEarshotError(thrown, 'RELEASE_BROKEN', version);
      this.notBeforeMs = clock.monotonicMs() + this.backOff.nextMs();
      events.emit('problem', error);
    }
  }

  private async take(offer: Offer, signal: AbortSignal): Promise<void> {
    const { store, clock, trialMs = TRIAL_MS } = this.options;
    try {
      this.refuseOlder(offer.version);
      this.report('updating', `fetching ${offer.version}`);
      const [incoming, fetched] = await this.fetch(offer, signal);
      await this.inTurn(() => this.install(offer, incoming, fetched));
      this.backOff.succeeded();
      this.report('updating', `${fetched.manifest.version} is on trial`);
      await clock.sleep(trialMs, signal);
      await store.endTrial();
      this.report('running', null);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asEarshotError(thrown, 'RELEASE_BROKEN', offer.version);
      // A lost connection or a full disk is no fault of the release: a later offer continues the download.
      if (PASSING.includes(error.code)) {
        this.notBeforeMs = clock.monotonicMs() + this.backOff.nextMs();
        return this.report('updating', error.message);
      }
      try {
        await store.abandonTrial(error.message, clock.nowMs());
        await store.remember(offer.manifestSha256, error.message, clock.nowMs());
      } catch (disk) {
        this.options.events.emit('problem', asEarshotError(disk, 'DISK_UNWRITABLE', 'releases'));
      }
      this.report('refused', `${offer.version}: ${error.message}`);
      this.options.events.emit('problem', error);
    }
  }

  private refuseOlder(version: string): void {
    const running = this.release?.manifest.version ?? '';
    if (compareVersions(version, running) < 0)
      throw new EarshotError('RELEASE_OLD', `The cloud offers ${version}, but ${running} is running.`);
  }

  /** Downloads the release into a folder and checks its files and signature. */
  private async fetch(offer: Offer, signal: AbortSignal): Promise<[string, Release]> {
    const { store, client, load } = this.options;
    if (!client) throw new EarshotError('UNREACHABLE', 'There is no cloud to download from.');
    const incoming = await store.incoming(offer.manifestSha256);
    await download(offer, incoming, this.release?.dir ?? incoming, client, signal);
    const fetched = await loadRelease(incoming, load);
    // The signature covers the manifest, so the version in the manifest counts, not the one that the cloud names.
    this.refuseOlder(fetched.manifest.version);
    return [incoming, fetched];
  }

  /**
   * Checks that a fetched release gives its golden scores, without touching the running release, and then switches to
   * it.
   */
  private async install(offer: Offer, incoming: string, fetched: Release): Promise<void> {
    const { store, load } = this.options;
    const loaded = await this.loaded(fetched);
    try {
      await checkGolden(fetched, loaded.network);
    } catch (thrown) {
      await loaded.network.close();
      throw thrown;
    }
    const dir = await store.beginTrial(incoming, offer.manifestSha256);
    await this.use(await loadRelease(dir, load), loaded);
  }

  private report(state: Heartbeat['releaseState']['state'], message: string | null): void {
    this.state = { state, message: message?.slice(0, 300) ?? null };
    this.options.events.emit('release', { ...this.state, version: this.release?.manifest.version ?? '' });
  }
}
