import { iso } from '@earshot/shared/clock.ts';
import { Heartbeat } from '@earshot/shared/contracts/device.ts';
import type { IgnoredSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { CloudParts } from '../parts.ts';
import type { Queries } from '../store/database.ts';
import { changeHome } from '../store/home-transaction.ts';
import { noteDeviceFile } from './device-file.ts';

/**
 * The ignored sounds of this home, newest first. `verifierSha256` is the hash of the current release's verifier, or undefined when there is
 * no release.
 */
export async function listIgnoredSounds(
  queries: Queries,
  homeId: string,
  verifierSha256: string | undefined,
): Promise<IgnoredSound[]> {
  const rows = await queries
    .selectFrom('ignoredSounds')
    .innerJoin('devices', 'devices.id', 'ignoredSounds.deviceId')
    .leftJoin('members', 'members.id', 'ignoredSounds.createdBy')
    .leftJoin('clips', 'clips.candidateId', 'ignoredSounds.candidateId')
    .selectAll('ignoredSounds')
    .select(['devices.name as deviceName', 'devices.room', 'devices.heartbeat', 'members.name as by', 'clips.state'])
    .where('ignoredSounds.homeId', '=', homeId)
    .orderBy('ignoredSounds.createdAtMs', 'desc')
    .orderBy('ignoredSounds.id', 'desc')
    .execute();
  const counts = await queries
    .selectFrom('candidates')
    .select([
      'ignoredSoundId',
      (e) => e.fn.countAll<number>().as('count'),
      (e) => e.fn.max('registeredAtMs').as('atMs'),
    ])
    .where('homeId', '=', homeId)
    .where('ignoredSoundId', 'is not', null)
    .groupBy('ignoredSoundId')
    .execute();
  const marks = await queries
    .selectFrom('ignoredMarks')
    .innerJoin('ignoredSounds', 'ignoredSounds.id', 'ignoredMarks.soundId')
    .select(['ignoredMarks.soundId', 'ignoredMarks.incidentId'])
    .where('ignoredSounds.homeId', '=', homeId)
    .orderBy('ignoredMarks.createdAtMs')
    .orderBy('ignoredMarks.incidentId')
    .execute();
  const countOf = new Map(counts.map((row) => [row.ignoredSoundId, row]));
  return rows.map((row) => {
    const ignored = countOf.get(row.id);
    const playable = row.state === 'stored';
    return {
      id: row.id,
      label: row.label,
      deviceId: row.deviceId,
      deviceName: row.deviceName,
      room: row.room,
      description: row.description,
      incidentId: row.incidentId,
      candidateId: row.candidateId,
      markedIncidentIds: marks.filter(({ soundId }) => soundId === row.id).map(({ incidentId }) => incidentId),
      playable,
      // An ignored sound with an outdated embedding still works if its recording exists: it is embedded again when the next sound is
      // checked.
      active: playable || row.embeddedBy === verifierSha256,
      by: row.by ?? 'a former member',
      createdAt: iso(row.createdAtMs),
      ignored: Number(ignored?.count ?? 0),
      lastIgnoredAt: ignored ? iso(Number(ignored.atMs)) : null,
      onDevice: onDevice(row),
    };
  });
}

/** What the device's last heartbeat reported about this ignored sound. */
function onDevice({ id, heartbeat }: { id: string; heartbeat: string | null }): IgnoredSound['onDevice'] {
  const beat = heartbeat === null ? null : Heartbeat.parse(JSON.parse(heartbeat));
  const silenced = beat?.silenced?.find((one) => one.id === id);
  return silenced ? { week: silenced.week, lastAt: silenced.lastAt } : null;
}

/** Stops ignoring the sound: similar sounds alert again. Its device removes it at the next heartbeat. */
export async function removeIgnoredSound(
  { database }: Pick<CloudParts, 'database'>,
  homeId: string,
  id: string,
): Promise<void> {
  await changeHome(database, homeId, async (queries) => {
    const deleted = await queries
      .deleteFrom('ignoredSounds')
      .where('id', '=', id)
      .where('homeId', '=', homeId)
      .returning('deviceId')
      .executeTakeFirst();
    if (!deleted) throw new EarshotError('NOT_FOUND', 'ignored sound');
    await noteDeviceFile(queries, deleted.deviceId);
  });
}
