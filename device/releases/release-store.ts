import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { EarshotError } from '@earshot/shared/errors.ts';
import { syncFolder } from '../disk/atomic-file.ts';
import { StateFile } from '../disk/state-file.ts';
import { hash } from './fetch-file.ts';

const Choice = z.object({
  /** The release's folder in the store; null for the release that came with the software. */
  current: z.string().nullable(),
  previous: z.string().nullable(),
  /**
   * True from the switch to a new release until the release has proved itself. A start that finds true returns to the
   * previous release.
   */
  onTrial: z.boolean(),
  /** Hashes of the manifests of releases that failed here, and when. They are not retried for a day. */
  failed: z.array(z.object({ manifestSha256: z.string(), atMs: z.number(), why: z.string() })),
});
type Choice = z.infer<typeof Choice>;

const RETRY_AFTER_MS = 24 * 3_600_000;
const NEVER: Choice = { current: null, previous: null, onTrial: false, failed: [] };

export interface Opened {
  dir: string;
  /** Why the newest release does not run; null when it does. */
  rolledBack: string | null;
}

/**
 * Stores on disk which release this device runs. Releases have separate folders, so the old release stays complete
 * until the new one is proven.
 */
export class ReleaseStore {
  private readonly dir: string;
  private readonly builtIn: string;
  private readonly file: StateFile<Choice>;
  private readonly report: (error: EarshotError) => void;
  private choice: Choice = NEVER;

  constructor(dir: string, builtIn: string, report: (error: EarshotError) => void) {
    this.dir = dir;
    this.builtIn = builtIn;
    this.report = report;
    this.file = new StateFile(join(dir, 'current.json'), Choice, report);
  }

  /** Returns the release to start with. When a crash ended the trial of a new release, this is the previous one. */
  async open(nowMs: number): Promise<Opened> {
    // When the stored choice cannot be read at the moment, the release that came with the software runs until the next
    // start.
    const choice = await this.file.read().catch((error: EarshotError) => void this.report(error));
    this.choice = choice ?? NEVER;
    const { current, previous, onTrial } = this.choice;
    if (!onTrial) return { dir: this.path(current), rolledBack: null };
    const why = `The device crashed while it tried ${current ?? 'the built-in release'}; the previous release runs.`;
    await this.goBack(current, previous, why, nowMs);
    return { dir: this.path(previous), rolledBack: why };
  }

  /**
   * Call it when the chosen release can't be loaded any more, because a file is damaged or its key is no longer
   * trusted.
   */
  async useBuiltIn(why: string, nowMs: number): Promise<string> {
    if (this.choice.current !== null) await this.goBack(this.choice.current, null, why, nowMs);
    return this.builtIn;
  }

  /** The folder into which a release is downloaded. It keeps the files that an earlier attempt downloaded. */
  async incoming(manifestSha256: string): Promise<string> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const mine = `incoming-${manifestSha256.slice(0, 16)}`;
    for (const name of await readdir(this.dir)) {
      if (name.startsWith('incoming-') && name !== mine) await rm(join(this.dir, name), { recursive: true });
    }
    await mkdir(join(this.dir, mine), { recursive: true });
    return join(this.dir, mine);
  }

  /**
   * Moves a downloaded and proven release to its place and marks it as on trial. After a crash from here on, the old
   * release runs.
   */
  async beginTrial(incoming: string, manifestSha256: string): Promise<string> {
    const name = `release-${manifestSha256.slice(0, 16)}`;
    await rm(join(this.dir, name), { recursive: true, force: true });
    await rename(incoming, join(this.dir, name));
    await syncFolder(this.dir);
    await this.write({ ...this.choice, current: name, previous: this.choice.current, onTrial: true });
    return join(this.dir, name);
  }

  async endTrial(): Promise<void> {
    await this.write({ ...this.choice, onTrial: false });
    const { current, previous } = this.choice;
    for (const name of await readdir(this.dir)) {
      if (name.startsWith('release-') && name !== current && name !== previous)
        await rm(join(this.dir, name), { recursive: true });
    }
  }

  /** Ends the trial of a release that failed without a crash of the device. */
  async abandonTrial(why: string, nowMs: number): Promise<void> {
    if (this.choice.onTrial) await this.goBack(this.choice.current, this.choice.previous, why, nowMs);
  }

  /** The folder of the release that ran before the current one, if its manifest has this hash; otherwise null. */
  async previousIs(manifestSha256: string): Promise<string | null> {
    const { current, previous } = this.choice;
    if (current === null) return null;
    const dir = this.path(previous);
    const manifest = await readFile(join(dir, 'manifest.json')).catch(() => null);
    return manifest && hash(manifest) === manifestSha256 ? dir : null;
  }

  /** Returns to the previous release when the cloud orders it. The newer release is not installed again for a day. */
  async returnToPrevious(why: string, nowMs: number): Promise<void> {
    await this.goBack(this.choice.current, this.choice.previous, why, nowMs);
  }

  async remember(manifestSha256: string, why: string, nowMs: number): Promise<void> {
    const failed = this.choice.failed.filter((other) => other.manifestSha256 !== manifestSha256).slice(-9);
    await this.write({ ...this.choice, failed: [...failed, { manifestSha256, atMs: nowMs, why }] });
  }

  hasFailed(manifestSha256: string, nowMs: number): boolean {
    return this.choice.failed.some(
      (failed) => manifestSha256.startsWith(failed.manifestSha256) && nowMs - failed.atMs < RETRY_AFTER_MS,
    );
  }

  private async goBack(current: string | null, previous: string | null, why: string, nowMs: number): Promise<void> {
    const sha = current?.replace('release-', '') ?? '';
    this.choice = { ...this.choice, current: previous, previous: null, onTrial: false };
    // When the disk refuses the write, the old choice stays on it, and the next start rolls back again.
    await (sha ? this.remember(sha, why, nowMs) : this.write(this.choice)).catch(this.report);
  }

  private path(name: string | null): string {
    return name === null ? this.builtIn : join(this.dir, name);
  }

  private async write(choice: Choice): Promise<void> {
    this.choice = choice;
    await this.file.write(choice);
  }
}
