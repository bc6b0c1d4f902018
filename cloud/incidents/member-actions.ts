import type { Incident } from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Transaction } from 'kysely';
import type { Caller } from '../homes/tokens.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { acknowledged, type Change, type IncidentRecord, unacknowledged } from './incident.ts';
import { IncidentBook } from './incident-book.ts';
import { viewIncidents } from './incident-view.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'feed'>;

/** By anyone of the home; two at once are fine. Undo opens it again and starts the reminders anew. */
export function acknowledge(parts: Parts, member: Caller, incidentId: string, isOnIt: boolean): Promise<Incident> {
  return change(parts, member, incidentId, async (incident, book) => {
    const around = await book.surroundings(incident);
    return isOnIt ? acknowledged(incident, member.id, around) : unacknowledged(incident, around);
  });
}

export function giveFeedback(
  parts: Parts,
  member: Caller,
  incidentId: string,
  verdict: 'right' | 'wrong' | null,
): Promise<Incident> {
  return change(parts, member, incidentId, async (incident) => ({
    incident: {
      ...incident,
      feedback: verdict,
      feedbackBy: verdict && member.id,
      feedbackAtMs: verdict && parts.clock.nowMs(),
    },
    tells: [],
  }));
}

async function change(
  { database, clock, feed }: Parts,
  member: Caller,
  incidentId: string,
  work: (incident: IncidentRecord, book: IncidentBook, queries: Transaction<Schema>) => Promise<Change>,
): Promise<Incident> {
  const after = await changeHome(database, member.homeId, async (queries) => {
    const book = new IncidentBook(queries, clock);
    const incident = await book.find(member.homeId, incidentId);
    if (!incident) throw new EarshotError('NOT_FOUND', 'incident');
    await book.keep(await work(incident, book, queries));
    return book.find(member.homeId, incidentId);
  });
  feed.wake();
  const [view] = await viewIncidents(database.queries, member.homeId, after ? [after] : []);
  if (!view) throw new EarshotError('NOT_FOUND', 'incident');
  return view;
}
