import type { Selectable } from 'kysely';
import { iso } from '@earshot/shared/clock.ts';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { type Incident, NotSent } from '@earshot/shared/contracts/home.ts';
import type { z } from 'zod';
import type { Queries } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { taughtNameOf } from '../taught-sounds/kept-taught.ts';
import type { IncidentRecord } from './incident.ts';
import { FIRST_STEPS } from './incident-book.ts';
import { summaryOf } from './words.ts';

/**
 * The maximum number of sounds on an incident's page. An hour of hail on a skylight is one incident; its page shows the first and the
 * newest sounds.
 */
const MOST_EVIDENCE = 60;

type Evidence = z.infer<typeof Incident>['evidence'][number];
type ClipRow = Selectable<Schema['clips']>;
type CandidateRow = Selectable<Schema['candidates']> &
  Pick<ClipRow, 'sharedBy' | 'sharedAtMs'> & { clipState: ClipRow['state'] | null };
type Names = { id: string; name: string; room: string };

/**
 * What the app shows of these incidents, in the given order. The number of queries does not grow with the number of
 * incidents.
 */
export async function viewIncidents(
  queries: Queries,
  homeId: string,
  records: readonly IncidentRecord[],
): Promise<Incident[]> {
  if (records.length === 0) return [];
  const ids = records.map(({ id }) => id);
  const [home, devices, members, candidates, notified, notSent] = await Promise.all([
    queries.selectFrom('homes').select(['name', 'taught']).where('id', '=', homeId).executeTakeFirst(),
    queries.selectFrom('devices').select(['id', 'name', 'room']).where('homeId', '=', homeId).execute(),
    queries.selectFrom('members').select(['id', 'name']).where('homeId', '=', homeId).execute(),
    queries
      .selectFrom('candidates')
      .leftJoin('clips', 'clips.candidateId', 'candidates.id')
      .selectAll('candidates')
      .select(['clips.state as clipState', 'clips.sharedBy', 'clips.sharedAtMs'])
      .where('candidates.incidentId', 'in', ids)
      .orderBy('candidates.registeredAtMs')
      .orderBy('candidates.id')
      .execute(),
    queries
      .selectFrom('notifications')
      .select(['incidentId', (e) => e.fn.count<number>('memberId').distinct().as('count')])
      .where('incidentId', 'in', ids)
      .where('state', '=', 'sent')
      .groupBy('incidentId')
      .execute(),
    readNotSent(queries, ids),
  ]);
  const nameOf = new Map(members.map(({ id, name }) => [id, name]));
  const deviceOf = new Map(devices.map((device) => [device.id, device]));
  const notifiedOf = new Map(notified.map(({ incidentId, count }) => [incidentId, Number(count)]));
  const by = (id: string | null): string => (id !== null && nameOf.get(id)) || 'a former member';

  return records.map((record) => {
    const own = candidates.filter(({ incidentId }) => incidentId === record.id);
    const heardBy = [...new Set(record.subjectId ? [record.subjectId] : own.map(({ deviceId }) => deviceId))].map(
      (id) => nameDevice(deviceOf, id),
    );
    const ignored = record.verdict === 'rejected' && own.some(({ ignoredSoundId }) => ignoredSoundId !== null);
    const shown =
      own.length > MOST_EVIDENCE ? [...own.slice(0, MOST_EVIDENCE / 2), ...own.slice(-MOST_EVIDENCE / 2)] : own;
    return {
      id: record.id,
      label: record.label,
      class: record.class,
      state: record.state,
      verdict: record.verdict,
      test: record.test === 1,
      late: record.late === 1,
      startedAt: iso(record.startedAtMs),
      lastHeardAt: iso(record.lastHeardAtMs),
      clearedAt: record.clearedAtMs === null ? null : iso(record.clearedAtMs),
      summary: summaryOf(record, {
        homeName: home?.name ?? '',
        rooms: [...new Set(heardBy.map(({ name, room }) => room || name))],
        taughtName: taughtNameOf(home?.taught ?? null, record.label),
        ignored,
      }),
      devices: heardBy,
      acknowledged:
        record.acknowledgedBy === null || record.acknowledgedAtMs === null
          ? null
          : { by: by(record.acknowledgedBy), memberId: record.acknowledgedBy, at: iso(record.acknowledgedAtMs) },
      ignored,
      feedback:
        record.feedback === null || record.feedbackAtMs === null
          ? null
          : { verdict: record.feedback, by: by(record.feedbackBy), at: iso(record.feedbackAtMs) },
      evidence: shown.map((row) => evidenceOf(row, nameDevice(deviceOf, row.deviceId), by)),
      notified: notifiedOf.get(record.id) ?? 0,
      notSent: notifiedOf.has(record.id) || record.feedback === 'wrong' ? null : (notSent.get(record.id) ?? null),
      updatedAt: iso(record.updatedAtMs),
    };
  });
}

/**
 * Why the first notifications of an incident were not sent, or are not sent yet. Incidents whose notifications were sent are left out.
 */
async function readNotSent(queries: Queries, ids: readonly string[]): Promise<Map<string, NotSent>> {
  const rows = await queries
    .selectFrom('notifications')
    .select(['incidentId', 'notSent', 'dueAtMs'])
    .where('incidentId', 'in', ids)
    .where('step', 'in', [...FIRST_STEPS])
    .where((e) =>
      e.or([
        e('notSent', 'is not', null),
        // Exclude notifications that were attempted. Those that no channel could deliver are due later, too, but for another reason.
        e.and([e('state', '=', 'pending'), e('attempts', '=', 0), e('dueAtMs', '>', e.ref('createdAtMs'))]),
      ]),
    )
    .execute();
  return new Map(
    rows.map(({ incidentId, notSent, dueAtMs }) => [
      incidentId,
      notSent === null ? { because: 'quiet_hours' as const, until: iso(dueAtMs) } : NotSent.parse(JSON.parse(notSent)),
    ]),
  );
}

/** The names of the device. A removed device has no names any more, but its sounds stay in the history. */
const nameDevice = (devices: Map<string, Names>, id: string): Names =>
  devices.get(id) ?? { id, name: 'removed device', room: '' };

function evidenceOf(row: CandidateRow, device: Names, by: (id: string | null) => string): Evidence {
  const candidate = Candidate.parse(JSON.parse(row.body));
  const { sharedBy, sharedAtMs } = row;
  const shared = sharedAtMs === null ? null : { by: by(sharedBy), at: iso(sharedAtMs) };
  return {
    candidateId: row.id,
    deviceId: row.deviceId,
    deviceName: device.name,
    room: device.room,
    label: row.label,
    startedAt: candidate.startedAt,
    detectedAt: candidate.detectedAt,
    late: candidate.late,
    mode: candidate.mode ?? null,
    why: candidate.why,
    deviceScore: candidate.score,
    verdict: row.verdict,
    verifierScore: row.verifierScore,
    ignored: row.ignoredSoundId !== null,
    clip: candidate.clip && { ...candidate.clip, state: row.clipState ?? 'shed', shared },
  };
}
