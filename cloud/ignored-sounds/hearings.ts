import { type Candidate, DeviceEmbedding } from '@earshot/shared/contracts/candidate.ts';
import type { Queries } from '../store/database.ts';

/**
 * The most hearings that are kept per ignored sound. A device compares new sounds with their mean, and more hearings would hardly change
 * the mean.
 */
const MOST_A_SOUND = 4;

export interface Hearing {
  soundId: string;
  candidateId: string;
  incidentId: string;
  /** Why this hearing is stored: a member marked the sound, or the verifier ignored it. */
  kind: 'marked' | 'ignored';
  /** The candidate's `deviceEmbedding`. Null when the device sends none. */
  deviceEmbedding: string | null;
  /** When the device detected the sound (see `heardAt`). */
  heardAtMs: number;
}

/**
 * When the device detected the candidate. The device's clock may be wrong, so its time is used only for late candidates.
 */
export function heardAt({ late, detectedAt }: Pick<Candidate, 'late' | 'detectedAt'>, registeredAtMs: number): number {
  return late ? Math.min(Date.parse(detectedAt), registeredAtMs) : registeredAtMs;
}

/**
 * Stores the device's embedding of an ignored sound. Embeddings of two trunk networks cannot be compared, so the first embedding of a new
 * trunk replaces all embeddings of the old one. It replaces nothing if its candidate was detected before theirs, because then the candidate
 * was delivered late, or its alert was marked late. Returns whether something was stored.
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
  // `atMs` is null when no embeddings of another trunk are stored.
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
  // All marks of one alert count as one (device-file.ts). A second hearing of the same alert would only replace the hearing of another
  // alert.
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
