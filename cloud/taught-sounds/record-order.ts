import { RecordOrder } from '@earshot/shared/contracts/device.ts';
import { z } from 'zod';
import type { Queries } from '../store/database.ts';

/**
 * An order expires after this time: a device that was unreachable for longer must not record when it is reachable again.
 */
export const ORDER_GOOD_MS = 30_000;
/** While a member is recording examples, the device sends heartbeats more often, so that it gets its orders soon. */
const BUSY_MS = 5 * 60_000;

/** The stored form of an order to record. */
const KeptRecordOrder = RecordOrder.extend({ atMs: z.number() });
export type KeptRecordOrder = z.infer<typeof KeptRecordOrder>;

/** The recording that the device should make now, if any, and whether more orders may follow soon. */
export function recordOrderOf(kept: string | null, nowMs: number): { order: RecordOrder | null; isBusy: boolean } {
  if (kept === null) return { order: null, isBusy: false };
  const { atMs, id, seconds } = KeptRecordOrder.parse(JSON.parse(kept));
  return { order: nowMs - atMs > ORDER_GOOD_MS ? null : { id, seconds }, isBusy: nowMs - atMs < BUSY_MS };
}

/** Marks the order as received, because the device is recording now. */
export async function noteRecording(queries: Queries, id: string): Promise<void> {
  await queries
    .updateTable('taughtExamples')
    .set({ state: 'recording' })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}
