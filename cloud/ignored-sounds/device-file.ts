import { createHash } from 'node:crypto';
import { IgnoredSoundsFile, type IgnoredPrototype } from '@earshot/shared/contracts/ignored-sounds.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { decodeEmbedding, encodeEmbedding, meanDirection } from '@earshot/shared/features/embedding.ts';
import type { Caller } from '../homes/tokens.ts';
import type { Queries } from '../store/database.ts';

/**
 * A device itself ignores a sound after members marked two of its alerts as wrong, or after the verifier ignored it twice.
 */
const NEEDED = 2;

/**
 * Updates the device's file. Call this after every change of a device's ignored sounds or their hearings, in the same transaction.
 */
export async function noteDeviceFile(queries: Queries, deviceId: string): Promise<void> {
  const file = await deviceFile(queries, deviceId);
  await queries
    .updateTable('devices')
    .set({ ignoredSha256: file && sha256Of(file) })
    .where('id', '=', deviceId)
    .execute();
}

/** Returns the file that the answer to a heartbeat offered to the device. */
export async function ignoredFile(queries: Queries, { id }: Caller, sha256: string): Promise<Uint8Array> {
  const file = await deviceFile(queries, id);
  if (!file || sha256Of(file) !== sha256) throw new EarshotError('NOT_FOUND', 'ignored sounds');
  return file;
}

/**
 * The bytes of the device's `IgnoredSoundsFile`. The same rows always give the same bytes. Null when the device ignores no sounds.
 */
async function deviceFile(queries: Queries, deviceId: string): Promise<Uint8Array | null> {
  const rows = await queries
    .selectFrom('ignoredSounds')
    .innerJoin('ignoredHearings', 'ignoredHearings.soundId', 'ignoredSounds.id')
    .select(['ignoredSounds.id', 'ignoredSounds.label', 'ignoredHearings.incidentId', 'ignoredHearings.kind'])
    .select(['ignoredHearings.embedding', 'ignoredHearings.trunkSha256'])
    .where('ignoredSounds.deviceId', '=', deviceId)
    .orderBy('ignoredSounds.id')
    .orderBy('ignoredHearings.candidateId')
    .execute();
  const sounds = [...Map.groupBy(rows, ({ id }) => id)].flatMap(([id, heard]): IgnoredPrototype[] => {
    const marks = new Set(heard.filter(({ kind }) => kind === 'marked').map(({ incidentId }) => incidentId));
    const ignored = heard.filter(({ kind }) => kind === 'ignored');
    if (marks.size < NEEDED && ignored.length < NEEDED) return [];
    const { label, trunkSha256 } = heard[0]!;
    const values = meanDirection(heard.map(({ embedding }) => decodeEmbedding(embedding)));
    return [{ id, label, embedding: { trunkSha256, values: encodeEmbedding(values) } }];
  });
  if (sounds.length === 0) return null;
  return Buffer.from(JSON.stringify(IgnoredSoundsFile.parse({ schema: 1, sounds })));
}

const sha256Of = (file: Uint8Array): string => createHash('sha256').update(file).digest('hex');
