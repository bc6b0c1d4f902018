import { z } from 'zod';
import type { Clock } from '@earshot/shared/clock.ts';
import { Id } from '@earshot/shared/contracts/common.ts';
import type { SilencedSound } from '@earshot/shared/contracts/ignored-sounds.ts';

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** How often a sound was silenced on each of the last days. The key is the number of the day since 1970. */
export const SilencedCount = z.object({
  id: Id,
  lastAtMs: z.number().nullable(),
  days: z.array(z.object({ day: z.number().int(), count: z.number().int().positive() })).max(WEEK_DAYS),
});
export type SilencedCount = z.infer<typeof SilencedCount>;

/**
 * Counts how often the device silences each ignored sound, so that members and operators see it. Each ignored sound has
 * an entry, even when its count is zero.
 */
export class SilencedCounts {
  private readonly clock: Clock;
  private counts: SilencedCount[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * Keeps the counts of these sounds and deletes all others. `known`: the counts so far; after a start, those on disk.
   */
  follow(ids: readonly string[], known: readonly SilencedCount[] = this.counts): void {
    this.counts = ids.map((id) => known.find((one) => one.id === id) ?? { id, lastAtMs: null, days: [] });
  }

  add(id: string): void {
    const count = this.counts.find((one) => one.id === id);
    if (!count) return;
    const nowMs = this.clock.nowMs();
    const today = dayOf(nowMs);
    count.lastAtMs = nowMs;
    count.days = this.week(count, nowMs);
    const known = count.days.find(({ day }) => day === today);
    if (known) known.count++;
    else count.days.push({ day: today, count: 1 });
  }

  get kept(): readonly SilencedCount[] {
    return this.counts;
  }

  /** What a heartbeat reports about the silenced sounds. */
  report(): SilencedSound[] {
    const nowMs = this.clock.nowMs();
    return this.counts.map((one) => ({
      id: one.id,
      week: this.week(one, nowMs).reduce((sum, { count }) => sum + count, 0),
      lastAt: one.lastAtMs === null ? null : new Date(one.lastAtMs).toISOString(),
    }));
  }

  /** When the clock was set back, some counted days lie in the future; they are dropped. */
  private week({ days }: SilencedCount, nowMs: number): SilencedCount['days'] {
    const today = dayOf(nowMs);
    return days.filter(({ day }) => day > today - WEEK_DAYS && day <= today);
  }
}

const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
