import { TaughtOffer } from '@earshot/shared/contracts/device.ts';
import { TaughtName } from '@earshot/shared/contracts/teaching.ts';
import { z } from 'zod';
import type { Queries } from '../store/database.ts';

/**
 * The stored form of `homes.taught`. The names of the taught sounds are also stored in the home's row, because every heartbeat and every
 * alert reads them.
 */
const KeptTaught = z.array(TaughtName.extend({ sha256: TaughtOffer.shape.sha256 }));
type KeptTaught = z.infer<typeof KeptTaught>;

export const readTaught = (kept: string | null): KeptTaught =>
  kept === null ? [] : KeptTaught.parse(JSON.parse(kept));

export const offersOf = (kept: string | null): TaughtOffer[] =>
  readTaught(kept).map(({ label, sha256 }) => ({ label, sha256 }));

/**
 * The name that the home gave to a taught sound. Null when the label is not a taught sound, or the sound was deleted.
 */
export const taughtNameOf = (kept: string | null, label: string): string | null =>
  readTaught(kept).find((sound) => sound.label === label)?.name ?? null;

/** Updates `homes.taught`. Call this after every change of a sound's file, in the same transaction. */
export async function noteTaught(queries: Queries, homeId: string): Promise<void> {
  const rows = await queries
    .selectFrom('taughtSounds')
    .select(['label', 'name', 'icon', 'fileSha256'])
    .where('homeId', '=', homeId)
    .orderBy('createdAtMs')
    .orderBy('id')
    .execute();
  const kept = rows.flatMap(({ fileSha256, label, name, icon }) =>
    fileSha256 === null ? [] : [{ label, name, icon, sha256: fileSha256 }],
  );
  await queries
    .updateTable('homes')
    .set({ taught: kept.length === 0 ? null : JSON.stringify(kept) })
    .where('id', '=', homeId)
    .execute();
}
