import type { Clock } from '@earshot/shared/clock.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { EXTEND_EVERY_MS, type NotificationOutbox, type NotificationRow } from './notification-outbox.ts';

/**
 * Runs `work` and meanwhile extends the row's lease again and again. Stops extending when another process has leased the row.
 */
export async function whileLeased(
  { outbox, clock, onError }: { outbox: NotificationOutbox; clock: Clock; onError: (error: unknown) => void },
  row: NotificationRow,
  work: () => Promise<void>,
): Promise<void> {
  const ended = new AbortController();
  const extending = extend(ended.signal);
  try {
    await work();
  } finally {
    ended.abort();
    await extending;
  }

  async function extend(signal: AbortSignal): Promise<void> {
    let untilMs: number | null = row.leaseUntilMs;
    while (untilMs !== null) {
      await pause(clock, EXTEND_EVERY_MS, signal);
      if (signal.aborted) return;
      try {
        untilMs = await outbox.extend(row, untilMs);
      } catch (error) {
        onError(error);
      }
    }
  }
}
