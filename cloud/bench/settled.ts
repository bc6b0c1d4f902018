import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../store/database.ts';

const EVERY_MS = 500;

/** Resolves when every candidate has its verdict. Fails after `untilMs` (wall clock). */
export async function untilAllJudged({ queries }: Database, untilMs: number): Promise<void> {
  for (;;) {
    const { count } = await queries
      .selectFrom('candidates')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('verdict', 'in', ['pending', 'unverified'])
      .executeTakeFirstOrThrow();
    if (Number(count) === 0) return;
    if (Date.now() > untilMs) throw new Error(`${count} candidates have no verdict`);
    await sleep(EVERY_MS);
  }
}

/**
 * Resolves when no notification is pending. Fails after `untilMs` (wall clock), with the last error of a pending notification.
 */
export async function untilAllNotified({ queries }: Database, untilMs: number): Promise<void> {
  for (;;) {
    const { count, lastError } = await queries
      .selectFrom('notifications')
      .select((e) => [e.fn.countAll<number>().as('count'), e.fn.max('lastError').as('lastError')])
      .where('state', '=', 'pending')
      .executeTakeFirstOrThrow();
    if (Number(count) === 0) return;
    if (Date.now() > untilMs)
      throw new Error(`${count} notifications are pending; the last error of one of them: ${lastError}`);
    await sleep(EVERY_MS);
  }
}
