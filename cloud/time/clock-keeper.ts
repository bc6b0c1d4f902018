import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { CloudParts } from '../parts.ts';
import type { SteadyClock } from './steady-clock.ts';

type Parts = Pick<CloudParts, 'database' | 'log'>;

const LOOK_MS = 1_000;
/**
 * A difference of more than this means that the wall clock was stepped, because NTP slews it by at most 0.5 ms per second.
 */
const STEP_MS = 1_000;
/**
 * A process that starts after a crash continues at the latest stored instant. An instant that is ahead of the wall clock by more than this
 * is ignored, because it must be wrong.
 */
const MOST_AHEAD_AT_START_MS = 24 * 3_600_000;
/**
 * Only deadlines within this time delay the setting of the clock. All deadlines of an alarm are nearer than this. For later deadlines, a
 * shift by an hour does no harm.
 */
const SOON_MS = 15 * 60_000;
/** A notification that has been retried for this long does not delay the setting of the clock. */
const RETRIED_FOR_MS = 10 * 60_000;

/**
 * Sets the cloud's clock to the wall clock. Small differences, which NTP causes, are corrected at once. After a step, the keeper waits
 * until no deadline, notification or job is pending, because they would become due too early or too late.
 */
export class ClockKeeper {
  private readonly parts: Parts;
  private readonly clock: SteadyClock;
  private isStepped = false;

  constructor(parts: Parts, clock: SteadyClock) {
    this.parts = parts;
    this.clock = clock;
  }

  /**
   * Call this before the other parts start. The wall clock may have been set back while no process was running, or while another process
   * was running.
   */
  async start(): Promise<void> {
    const latestMs = await this.latestInstantMs();
    const behindMs = latestMs - this.clock.nowMs();
    if (behindMs > 0 && behindMs < MOST_AHEAD_AT_START_MS) this.clock.setTo(latestMs);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { log } = this.parts;
    while (!signal.aborted) {
      try {
        await this.look();
      } catch (error) {
        log.error({ err: error }, 'the clock could not be set: reading the pending deadlines failed');
      }
      await pause(this.clock, LOOK_MS, signal);
    }
  }

  private async look(): Promise<void> {
    const { clock } = this;
    const { log } = this.parts;
    const wallAheadMs = clock.wallAheadMs();
    if (Math.abs(wallAheadMs) < STEP_MS) {
      clock.setToWall();
      this.isStepped = false;
      return;
    }
    if (!this.isStepped)
      log.warn(
        { wallAheadMs },
        'the wall clock was stepped; deadlines continue on monotonic time until nothing is pending',
      );
    this.isStepped = true;
    if (await this.isAnythingPending()) return;
    clock.setToWall();
    this.isStepped = false;
    log.info({ wallAheadMs }, 'the clock was set to the wall clock');
  }

  private async isAnythingPending(): Promise<boolean> {
    const { queries } = this.parts.database;
    const nowMs = this.clock.nowMs();
    const incident = await queries
      .selectFrom('incidents')
      .select('id')
      .where('nextAtMs', '<=', nowMs + SOON_MS)
      .where('class', '!=', 'upkeep')
      .limit(1)
      .executeTakeFirst();
    if (incident) return true;
    const notification = await queries
      .selectFrom('notifications')
      .select('id')
      .where('state', '=', 'pending')
      .where((e) => e.or([e('createdAtMs', '>', nowMs - RETRIED_FOR_MS), e('leaseUntilMs', '>', nowMs)]))
      .limit(1)
      .executeTakeFirst();
    if (notification) return true;
    const job = await queries.selectFrom('jobs').select('id').where('state', '=', 'ready').limit(1).executeTakeFirst();
    return job !== undefined;
  }

  private async latestInstantMs(): Promise<number> {
    const { queries } = this.parts.database;
    const [device, notification, incident] = await Promise.all([
      queries
        .selectFrom('devices')
        .select((e) => e.fn.max('lastHeartbeatAtMs').as('atMs'))
        .executeTakeFirst(),
      queries
        .selectFrom('notifications')
        .select((e) => e.fn.max('createdAtMs').as('atMs'))
        .where('state', '=', 'pending')
        .executeTakeFirst(),
      queries
        .selectFrom('incidents')
        .select((e) => e.fn.max('updatedAtMs').as('atMs'))
        .where('nextAtMs', 'is not', null)
        .executeTakeFirst(),
    ]);
    return Math.max(0, ...[device, notification, incident].map((row) => Number(row?.atMs ?? 0)));
  }
}
