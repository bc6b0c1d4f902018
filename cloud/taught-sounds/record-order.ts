import { RecordOrder } from '@earshot/shared/contracts/device.ts';
import { z } from 'zod';
import type { Queries } from '../store/database.ts';

/** A device that was out of reach for longer must not record when it comes back. */
export const ORDER_GOOD_MS = 30_000;
/** While a member records examples, the device asks for orders often. */
const BUSY_MS = 5 * 60_000;

/** How an order is stored with its device. */
const KeptRecordOrder = RecordOrder.extend({ atMs: z.number() });
export type KeptRecordOrder = z.infer<typeof KeptRecordOrder>;

/** What the device should record now, and whether more orders may follow soon. */
export function recordOrderOf(kept: string | null, nowMs: number): { order: RecordOrder | null; isBusy: boolean } {
  if (kept === null) return { order: null, isBusy: false };
  const { atMs, id, seconds } = KeptRecordOrder.parse(JSON.parse(kept));
  return { order: nowMs - atMs > ORDER_GOOD_MS ? null : { id, seconds }, isBusy: nowMs - atMs < BUSY_MS };
}

/** The device has the order now, and records. */
export async function noteRecording(queries: Queries, id: string): Promise<void> {
  await queries
    .updateTable('taughtExamples')
    .set({ state: 'recording' })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}
