import type { Clock } from '@earshot/shared/clock.ts';
import type { RolloutView } from '@earshot/shared/contracts/fleet.ts';
import type { HeartbeatAnswer } from '@earshot/shared/contracts/device.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { compareVersions } from '@earshot/shared/release-versions.ts';
import type { Selectable } from 'kysely';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { ReleaseShelf, ShelvedRelease } from '../releases/release-shelf.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { compare, type Seen } from './compare.ts';
import { observe } from './observe.ts';
import { isAmongFirst, STAGES, stageAfter } from './share.ts';

type Offer = z.infer<typeof HeartbeatAnswer>['release'];
type Row = Selectable<Schema['rollouts']>;

/** How often each process reads the state of the roll-out. A halt takes effect within this time. */
const READ_EVERY_MS = 5_000;
/** How often the new release is compared with the old one. More comparisons mean more halts by chance (compare.ts). */
const LOOK_EVERY_MS = 15 * 60_000;

export interface RolloutOptions {
  database: Database;
  clock: Clock;
  log: Logger;
  /** The current release, to which devices return after a halt. */
  current: ReleaseShelf;
  /** The new release that is rolled out. Null when there is none. */
  next: ReleaseShelf | null;
  /** Minimum duration of a stage. */
  stageMs: number;
}

/**
 * Offers a new release to 1 % of the devices, then to 10 %, then to all. If the devices with the new release do worse than the others, the
 * roll-out halts by itself, and every device is ordered back to the old release. A halted release stays halted; the next roll-out needs a
 * newer release.
 */
export class Rollout {
  private readonly options: RolloutOptions;
  private row: Row | null = null;
  private lookedFor = '';

  constructor(options: RolloutOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    if (this.options.next) await this.begin(this.options.next);
  }

  /** Called by operators: starts the roll-out of the release in the folder, or continues it after a pause. */
  async resume(): Promise<void> {
    const { next, log } = this.options;
    if (!next)
      throw new EarshotError(
        'SETTING_INVALID',
        'The cloud was started without EARSHOT_NEXT_RELEASE_DIR: set it to the folder of the new release.',
      );
    await this.begin(next);
    const row = await this.read();
    if (row === null)
      throw new EarshotError(
        'ROLLOUT',
        `EARSHOT_NEXT_RELEASE_DIR (${next.dir}) contains ${next.current ? 'no newer release' : 'no release: manifest.json is missing'}.`,
      );
    if (row.state === 'halted')
      throw new EarshotError('ROLLOUT', `${row.version} was halted and stays halted. Roll out a newer release.`);
    if (row.state !== 'paused') return;
    await this.change(row, { state: 'running', reason: null });
    log.warn({ release: row.version }, 'roll-out continued by operations');
  }

  /** Called by operators: offers the release to no further device. Devices that have it keep it. */
  async pause(): Promise<void> {
    const row = await this.read();
    if (row === null) throw nothingRollsOut();
    if (row.state !== 'running') throw new EarshotError('ROLLOUT', `${row.version} is ${row.state}, not running.`);
    await this.change(row, { state: 'paused' });
    this.options.log.warn({ release: row.version }, 'roll-out paused by operations');
  }

  private async begin(next: ReleaseShelf): Promise<void> {
    const { current, database, clock, log } = this.options;
    await next.open();
    if (!next.current) {
      log.warn({ folder: next.dir }, 'no roll-out: EARSHOT_NEXT_RELEASE_DIR contains no release');
      return;
    }
    const { manifest, manifestSha256 } = next.current;
    const running = current.require().manifest.version;
    if (compareVersions(manifest.version, running) <= 0) {
      log.warn({ next: manifest.version, running }, 'no roll-out: EARSHOT_NEXT_RELEASE_DIR contains no newer release');
      return;
    }
    const nowMs = clock.nowMs();
    const row = { version: manifest.version, manifestSha256, percent: STAGES[0], state: 'running' as const };
    await database.queries
      .insertInto('rollouts')
      .values({ ...row, reason: null, startedAtMs: nowMs, stageAtMs: nowMs, lookedAtMs: nowMs, seen: null })
      .onConflict((conflict) => conflict.column('version').doNothing())
      .execute();
    await this.read();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log, next } = this.options;
    while (next && !signal.aborted) {
      try {
        await this.follow(next);
        if (this.row && clock.nowMs() >= this.row.lookedAtMs + LOOK_EVERY_MS) await this.look();
      } catch (error) {
        log.error({ err: error }, 'the roll-out could not be checked; retrying');
      }
      await pause(clock, READ_EVERY_MS, signal);
    }
  }

  /** The release that this device should run. */
  offerTo(deviceId: string): Offer {
    const { current, next } = this.options;
    const before = current.current;
    if (!before || !this.row || !next) return before && offerOf(before);
    const { state, version, percent } = this.row;
    if (state === 'halted') return { ...offerOf(before), goBack: true };
    return offerOf(isAmongFirst(deviceId, version, percent) ? next.require() : before);
  }

  /** A file of the old or the new release, by its hash. */
  async file(hash: string): Promise<Uint8Array> {
    const { current, next } = this.options;
    if (!next?.has(hash)) return current.file(hash);
    return next.file(hash);
  }

  get view(): RolloutView | null {
    if (!this.row) return null;
    const { version, percent, state, reason, startedAtMs, stageAtMs, seen } = this.row;
    const sides = readSeen(seen);
    return {
      version,
      percent,
      state,
      reason,
      startedAt: new Date(startedAtMs).toISOString(),
      stageAt: new Date(stageAtMs).toISOString(),
      comparison: sides && compare(sides.next, sides.before),
    };
  }

  /** Compares the devices of both releases, then halts the roll-out, starts the next stage, or waits. */
  async look(): Promise<void> {
    const { database, clock, log, stageMs } = this.options;
    const row = await this.read();
    if (row?.state !== 'running' && row?.state !== 'paused') return;
    const nowMs = clock.nowMs();
    const { version, percent, stageAtMs } = row;
    const sides = await observe(database.queries, { version, percent, sinceMs: stageAtMs, nowMs });
    // In the last stage no devices are left for comparison, so the old release's counts of the previous stage are used.
    const before = percent === 100 ? (readSeen(row.seen)?.before ?? sides.before) : sides.before;
    const seen = JSON.stringify({ next: sides.next, before });
    const { worse } = compare(sides.next, before);
    if (worse !== null) {
      await this.change(row, { state: 'halted', reason: worse, lookedAtMs: nowMs, seen });
      log.error(
        { release: version, percent, reason: worse },
        'roll-out halted: every device returns to the old release',
      );
    } else if (row.state === 'paused' || nowMs < stageAtMs + stageMs)
      await this.change(row, { lookedAtMs: nowMs, seen });
    else await this.advance(row, nowMs, seen);
  }

  /** Called by operators: orders every device back to the previous release. */
  async halt(reason: string): Promise<void> {
    const row = await this.read();
    if (row === null) throw nothingRollsOut();
    await this.change(row, { state: 'halted', reason, lookedAtMs: this.options.clock.nowMs() });
    this.options.log.warn({ release: row.version, reason }, 'roll-out halted by operations');
  }

  private async advance(row: Row, nowMs: number, seen: string): Promise<void> {
    const percent = stageAfter(row.percent);
    const { log } = this.options;
    if (percent === null) {
      await this.change(row, { state: 'done', lookedAtMs: nowMs, seen });
      log.info({ release: row.version }, 'roll-out complete: every device is offered the release');
      return;
    }
    await this.change(row, { percent, stageAtMs: nowMs, lookedAtMs: nowMs, seen });
    log.info({ release: row.version, percent }, 'roll-out: next stage');
  }

  /**
   * Several processes make the comparison. The conditions make sure that none overwrites what another process has decided meanwhile.
   */
  private async change(row: Row, set: Partial<Omit<Row, 'version' | 'manifestSha256' | 'startedAtMs'>>): Promise<void> {
    await this.options.database.queries
      .updateTable('rollouts')
      .set(set)
      .where('version', '=', row.version)
      .where('state', '=', row.state)
      .where('stageAtMs', '=', row.stageAtMs)
      .execute();
    await this.read();
  }

  /**
   * Follows the state that other processes have stored. Another process may have started the roll-out of a release that was put into the
   * folder after this process had read it.
   */
  private async follow(next: ReleaseShelf): Promise<void> {
    const newest = await this.options.database.queries
      .selectFrom('rollouts')
      .select('version')
      .orderBy('startedAtMs', 'desc')
      .executeTakeFirst();
    const version = newest?.version ?? '';
    // Read the folder again, because the release that is rolled out may have been put there meanwhile. Read it only once per version,
    // because the folder may contain a different release.
    if (version !== '' && version !== next.current?.manifest.version && version !== this.lookedFor) await next.open();
    this.lookedFor = version;
    await this.read();
  }

  private async read(): Promise<Row | null> {
    const version = this.options.next?.current?.manifest.version ?? '';
    const row = await this.options.database.queries
      .selectFrom('rollouts')
      .selectAll()
      .where('version', '=', version)
      .executeTakeFirst();
    this.row = row ?? null;
    return this.row;
  }
}

const nothingRollsOut = () => new EarshotError('ROLLOUT', 'No release is being rolled out.');

const offerOf = ({ manifest, manifestSha256, signatureSha256 }: ShelvedRelease) => ({
  version: manifest.version,
  manifestSha256,
  signatureSha256,
});

const readSeen = (json: string | null): { next: Seen; before: Seen } | null =>
  json === null ? null : (JSON.parse(json) as { next: Seen; before: Seen });
