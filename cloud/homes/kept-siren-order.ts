import { SirenOrder } from '@earshot/shared/contracts/device.ts';
import { z } from 'zod';

/** A device that was out of reach for longer must not sound its siren when it comes back. */
const GOOD_FOR_MS = 60_000;

/** How an order is stored with its device. */
const KeptSirenOrder = SirenOrder.extend({ atMs: z.number(), memberId: z.string() });
export type KeptSirenOrder = z.infer<typeof KeptSirenOrder>;

/** What the device should still be asked; null when there is no order or it is too old. */
export function currentOrder(kept: string | null, nowMs: number): SirenOrder | null {
  if (kept === null) return null;
  const { atMs, id, on, seconds } = KeptSirenOrder.parse(JSON.parse(kept));
  return nowMs - atMs > GOOD_FOR_MS ? null : { id, on, seconds };
}
