import type { Clock } from '@earshot/shared/clock.ts';

/**
 * The cloud's clock, which runs on monotonic time. So deadlines and leases, which are stored as instants, survive a step of the wall clock
 * in either direction. ClockKeeper (clock-keeper.ts) sets it to the wall clock when nothing is pending.
 */
export class SteadyClock implements Clock {
  private readonly wall: Clock;
  private aheadOfMonotonicMs: number;

  constructor(wall: Clock) {
    this.wall = wall;
    this.aheadOfMonotonicMs = wall.nowMs() - wall.monotonicMs();
  }

  nowMs(): number {
    return Math.round(this.wall.monotonicMs() + this.aheadOfMonotonicMs);
  }

  monotonicMs(): number {
    return this.wall.monotonicMs();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.wall.sleep(ms, signal);
  }

  /** How far the wall clock is ahead of this clock. Negative when the wall clock is behind. */
  wallAheadMs(): number {
    return this.wall.nowMs() - this.nowMs();
  }

  setToWall(): void {
    this.setTo(this.wall.nowMs());
  }

  setTo(nowMs: number): void {
    this.aheadOfMonotonicMs = nowMs - this.wall.monotonicMs();
  }
}
