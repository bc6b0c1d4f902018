import { SirenOrder } from '@earshot/shared/contracts/device.ts';
import { z } from 'zod';

/** A device that was unreachable for longer than this must not sound its siren when it is reachable again. */
const GOOD_FOR_MS = 60_000;

/** The stored form of a siren order. */
const KeptSirenOrder = SirenOrder.extend({ atMs: z.number(), memberId: z.string() });
export type KeptSirenOrder = z.infer<typeof KeptSirenOrder>;

/** The order that the device must still carry out. Null when there is none, or it has expired. */
export function currentOrder(kept: string | null, nowMs: number): SirenOrder | null {
  if (kept === null) return null;
  const { atMs, id, on, seconds } = KeptSirenOrder.parse(JSON.parse(kept));
  return nowMs - atMs > GOOD_FOR_MS ? null : { id, on, seconds };
}
