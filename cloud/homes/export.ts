import { iso } from '@earshot/shared/clock.ts';
import type { HomeExport } from '@earshot/shared/contracts/api.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { listIgnoredSounds } from '../ignored-sounds/list-ignored.ts';
import { listDropIns } from '../drop-in/drop-ins.ts';
import { viewIncidents } from '../incidents/incident-view.ts';
import { viewChannel } from '../notify/channels.ts';
import type { CloudParts } from '../parts.ts';
import { listSamples } from '../samples/samples.ts';
import { listTaughtSounds } from '../taught-sounds/taught-sounds.ts';
import { listAlarmTests } from './alarm-tests.ts';
import { viewDevices } from './devices.ts';
import { settingsOf } from './homes.ts';
import { viewMembers } from './members.ts';
import type { Caller } from './tokens.ts';

/** How long the links to clips in an export are valid: long enough for a script to download every clip. */
const LINK_LIFE_MS = 3_600_000;
const INCIDENTS_AT_ONCE = 100;

export async function exportHome(
  { database, clips, clock, releases }: Pick<CloudParts, 'database' | 'clips' | 'clock' | 'releases'>,
  member: Caller,
): Promise<HomeExport> {
  const { homeId } = member;
  const { queries } = database;
  const home = await queries.selectFrom('homes').selectAll().where('id', '=', homeId).executeTakeFirst();
  if (!home) throw new EarshotError('NOT_FOUND', 'home');
  const channels = await queries.selectFrom('channels').selectAll().where('homeId', '=', homeId).execute();
  const deletions = await queries
    .selectFrom('deletions')
    .selectAll()
    .where('homeId', '=', homeId)
    .orderBy('id')
    .execute();
  const stored = await queries
    .selectFrom('clips')
    .selectAll()
    .where('homeId', '=', homeId)
    .where('state', '=', 'stored')
    .execute();
  const keyOf = new Map(stored.map(({ candidateId, key }) => [candidateId, key]));

  const records = await queries
    .selectFrom('incidents')
    .selectAll()
    .where('homeId', '=', homeId)
    .orderBy('startedAtMs')
    .execute();
  const incidents: HomeExport['incidents'] = [];
  for (let at = 0; at < records.length; at += INCIDENTS_AT_ONCE) {
    for (const incident of await viewIncidents(queries, homeId, records.slice(at, at + INCIDENTS_AT_ONCE))) {
      const links: HomeExport['incidents'][number]['clips'] = [];
      for (const { candidateId } of incident.evidence) {
        const key = keyOf.get(candidateId);
        if (key) links.push({ candidateId, url: (await clips.downloadLink(key, LINK_LIFE_MS, member.id)).url });
      }
      incidents.push({ ...incident, clips: links });
    }
  }
  return {
    exportedAt: iso(clock.nowMs()),
    home: { id: home.id, name: home.name, createdAt: iso(home.createdAtMs) },
    settings: await settingsOf(queries, homeId),
    members: (await viewMembers(queries, member)).map(({ you: _, ...rest }) => rest),
    devices: await viewDevices(queries, homeId, clock.nowMs()),
    channels: channels.map(viewChannel),
    alarmTests: await listAlarmTests(queries, homeId),
    dropIns: await listDropIns(queries, homeId),
    taughtSounds: await listTaughtSounds(queries, homeId, clock.nowMs()),
    samples: await listSamples(queries, homeId),
    ignoredSounds: await listIgnoredSounds(queries, homeId, releases.current?.manifest.verifier.sha256),
    incidents,
    deletions: deletions.map(({ key, bytes, reason, requestedAtMs, doneAtMs }) => ({
      key,
      bytes,
      reason,
      requestedAt: iso(requestedAtMs),
      doneAt: doneAtMs === null ? null : iso(doneAtMs),
    })),
  };
}
