import type { Incident, IncidentQuery } from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { z } from 'zod';
import { deleteIncidents } from '../deletion/delete-incidents.ts';
import { ignoredFile } from '../ignored-sounds/device-file.ts';
import { listIgnoredSounds, removeIgnoredSound } from '../ignored-sounds/list-ignored.ts';
import type { IncidentRecord } from '../incidents/incident.ts';
import { viewIncidents } from '../incidents/incident-view.ts';
import { acknowledge, giveFeedback } from '../incidents/member-actions.ts';
import { ActionLinks } from '../notify/action-links.ts';
import { shareClip } from '../shared-clips/shared-clips.ts';
import type { Queries } from '../store/database.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';

type Names =
  | 'listIncidents'
  | 'getIncident'
  | 'deleteIncident'
  | 'deleteIncidents'
  | 'getClip'
  | 'shareClip'
  | 'acknowledge'
  | 'acknowledgeByLink'
  | 'feedback'
  | 'listIgnoredSounds'
  | 'deleteIgnoredSound'
  | 'getIgnoredFile';

/** Long enough to listen a few times, and short enough that a leaked link soon becomes useless. */
const LISTEN_LINK_LIFE_MS = 5 * 60_000;

export function incidentHandlers({ parts }: ApiOptions): Pick<Handlers, Names> {
  const { database, clips } = parts;
  const { queries } = database;

  return {
    listIncidents: async ({ caller, query }) => {
      const rows = await page(queries, caller.homeId, query);
      const items = rows.slice(0, query.limit);
      const last = items.at(-1);
      const nextCursor = rows.length > query.limit && last ? `${last.startedAtMs}.${last.id}` : null;
      return { items: await viewIncidents(queries, caller.homeId, items), nextCursor };
    },
    getIncident: ({ caller, params }) => view(queries, caller.homeId, params.id),
    deleteIncident: async ({ caller, params }) => {
      if ((await deleteIncidents(parts, caller.homeId, [params.id])) === 0)
        throw new EarshotError('NOT_FOUND', 'incident');
    },
    deleteIncidents: async ({ caller, body }) => ({ deleted: await deleteIncidents(parts, caller.homeId, body.ids) }),
    getClip: async ({ caller, params }) => {
      const clip = await queries
        .selectFrom('clips')
        .innerJoin('candidates', 'candidates.id', 'clips.candidateId')
        .select(['clips.key', 'clips.state'])
        .where('candidates.id', '=', params.candidateId)
        .where('candidates.incidentId', '=', params.id)
        .where('candidates.homeId', '=', caller.homeId)
        .executeTakeFirst();
      if (clip?.state !== 'stored') throw new EarshotError('NOT_FOUND', 'clip');
      const { url, expiresAtMs } = await clips.downloadLink(clip.key, LISTEN_LINK_LIFE_MS, caller.id);
      return { url, expiresAt: new Date(expiresAtMs).toISOString() };
    },
    shareClip: async ({ caller, params, body }) => {
      await shareClip(parts, caller, { incidentId: params.id, candidateId: params.candidateId }, body.shared);
      return view(queries, caller.homeId, params.id);
    },
    acknowledgeByLink: async ({ params, query }) => {
      new ActionLinks(parts.keys).check(params.id, query, parts.clock.nowMs());
      const member = await queries
        .selectFrom('members')
        .select(['id', 'homeId'])
        .where('id', '=', query.member)
        .executeTakeFirst();
      // The member was removed, so the link is no longer valid.
      if (!member) throw new EarshotError('LINK_EXPIRED', '');
      await acknowledge(
        parts,
        { kind: 'member', homeId: member.homeId, id: member.id, tokenHash: '' },
        params.id,
        true,
      );
    },
    acknowledge: ({ caller, params, body }) => acknowledge(parts, caller, params.id, body.acknowledged),
    feedback: ({ caller, params, body }) => giveFeedback(parts, caller, params.id, body.verdict),
    listIgnoredSounds: async ({ caller }) => ({
      items: await listIgnoredSounds(queries, caller.homeId, parts.releases.current?.manifest.verifier.sha256),
    }),
    deleteIgnoredSound: ({ caller, params }) => removeIgnoredSound(parts, caller.homeId, params.id),
    getIgnoredFile: async ({ caller, params, reply }) => {
      reply.type('application/json');
      return ignoredFile(queries, caller, params.sha256);
    },
  };
}

async function view(queries: Queries, homeId: string, id: string): Promise<Incident> {
  const row = await queries
    .selectFrom('incidents')
    .selectAll()
    .where('id', '=', id)
    .where('homeId', '=', homeId)
    .executeTakeFirst();
  const [incident] = await viewIncidents(queries, homeId, row ? [row] : []);
  if (!incident) throw new EarshotError('NOT_FOUND', 'incident');
  return incident;
}

/** Reads one incident more than requested, to know whether there is a next page. */
function page(queries: Queries, homeId: string, query: z.output<typeof IncidentQuery>): Promise<IncidentRecord[]> {
  let rows = queries.selectFrom('incidents').selectAll().where('homeId', '=', homeId);
  if (query.label) rows = rows.where('label', '=', query.label);
  if (query.verdict) rows = rows.where('verdict', '=', query.verdict);
  if (query.state) rows = rows.where('state', '=', query.state);
  if (query.before) rows = rows.where('startedAtMs', '<', Date.parse(query.before));
  if (query.after) rows = rows.where('startedAtMs', '>=', Date.parse(query.after));
  const { deviceId } = query;
  if (deviceId) {
    rows = rows.where((e) =>
      e.or([
        e('subjectId', '=', deviceId),
        e(
          'id',
          'in',
          e.selectFrom('candidates').select('incidentId').where('deviceId', '=', deviceId).where('homeId', '=', homeId),
        ),
      ]),
    );
  }
  const cursor = query.cursor === undefined ? null : readCursor(query.cursor);
  if (cursor) {
    rows = rows.where((e) =>
      e.or([
        e('startedAtMs', '<', cursor.startedAtMs),
        e.and([e('startedAtMs', '=', cursor.startedAtMs), e('id', '<', cursor.id)]),
      ]),
    );
  }
  return rows
    .orderBy('startedAtMs', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
}

function readCursor(cursor: string): { startedAtMs: number; id: string } {
  const [, startedAtMs, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (!startedAtMs || !id) throw new EarshotError('BAD_REQUEST', 'cursor: use the value of nextCursor unchanged.');
  return { startedAtMs: Number(startedAtMs), id };
}
