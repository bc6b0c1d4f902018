import { type Candidate, DeviceEmbedding } from '@earshot/shared/contracts/candidate.ts';
import type { Queries } from '../store/database.ts';

/**
 * The most hearings that are kept of one ignored sound. A device compares with their mean, which more of them would
 * hardly change.
 */
const MOST_A_SOUND = 4;

export interface Hearing {
  soundId: string;
  candidateId: string;
  incidentId: string;
  /** A member marked it, or the verifier ignored it. */
  kind: 'marked' | 'ignored';
  /** The candidate's `deviceEmbedding`; null from a device that sends none. */
  deviceEmbedding: string | null;
  /** When the device detected it (`heardAt`). */
  heardAtMs: number;
}

/** When the device detected the candidate. A device's clock may be wrong, so only late candidates use its time. */
export function heardAt({ late, detectedAt }: Pick<Candidate, 'late' | 'detectedAt'>, registeredAtMs: number): number {
  return late ? Math.min(Date.parse(detectedAt), registeredAtMs) : registeredAtMs;
}

/**
 * Stores how the device heard an ignored sound. Embeddings of two trunks cannot be compared, so the first embedding of
 * a new trunk replaces all of the old one. It replaces nothing when its candidate was detected earlier than those: then
 * the candidate was delivered late, or its alert was marked late. Returns whether something was stored.
 */
export async function keepHearing(queries: Queries, { deviceEmbedding, ...heard }: Hearing): Promise<boolean> {
  if (deviceEmbedding === null) return false;
  const { trunkSha256, values } = DeviceEmbedding.parse(JSON.parse(deviceEmbedding));
  const ofOthers = await queries
    .selectFrom('ignoredHearings')
    .select((e) => e.fn.max('heardAtMs').as('atMs'))
    .where('soundId', '=', heard.soundId)
    .where('trunkSha256', '!=', trunkSha256)
    .executeTakeFirst();
  // `atMs` is null when there are no embeddings of another trunk.
  if (Number(ofOthers?.atMs ?? -Infinity) > heard.heardAtMs) return false;
  await queries
    .deleteFrom('ignoredHearings')
    .where('soundId', '=', heard.soundId)
    .where('trunkSha256', '!=', trunkSha256)
    .execute();
  const kept = await queries
    .selectFrom('ignoredHearings')
    .select(['kind', 'incidentId'])
    .where('soundId', '=', heard.soundId)
    .execute();
  // All marks of one alert count as one (device-file.ts): a second one would only replace the mark of another alert.
  const isMarked =
    heard.kind === 'marked' && kept.some((one) => one.kind === 'marked' && one.incidentId === heard.incidentId);
  if (kept.length >= MOST_A_SOUND || isMarked) return false;
  const { numInsertedOrUpdatedRows } = await queries
    .insertInto('ignoredHearings')
    .values({ ...heard, trunkSha256, embedding: values })
    .onConflict((conflict) => conflict.columns(['soundId', 'candidateId']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}
