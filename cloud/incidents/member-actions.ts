import type { Incident } from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Transaction } from 'kysely';
import type { Caller } from '../homes/tokens.ts';
import { ignoreAlert, stopIgnoringAlert } from '../ignored-sounds/ignore-alert.ts';
import type { CloudParts } from '../parts.ts';
import { noticeLostAlarms } from '../rooms/lost-alarms.ts';
import { changeHome } from '../store/home-transaction.ts';
import type { Schema } from '../store/schema.ts';
import { acknowledged, type Change, type IncidentRecord, marked, unacknowledged } from './incident.ts';
import { IncidentBook } from './incident-book.ts';
import { viewIncidents } from './incident-view.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'feed'>;
type FeedbackParts = Parts & Pick<CloudParts, 'releases'>;

/**
 * Acknowledges an incident, or undoes the acknowledgement. Any member of the home may do so, even two at the same time. Undoing it opens
 * the incident again and restarts the reminders.
 */
export function acknowledge(parts: Parts, member: Caller, incidentId: string, isOnIt: boolean): Promise<Incident> {
  return change(parts, member, incidentId, async (incident, book) => {
    const around = await book.surroundings(incident);
    return isOnIt ? acknowledged(incident, member.id, around) : unacknowledged(incident, around);
  });
}

/**
 * Stores whether an alert was right or wrong. "Wrong" also acknowledges the alert and makes the home ignore that sound, until a member
 * removes the mark. Feedback on a test of an alarm never makes the home ignore a sound.
 */
export async function giveFeedback(
  parts: FeedbackParts,
  member: Caller,
  incidentId: string,
  verdict: 'right' | 'wrong' | null,
): Promise<Incident> {
  const verifier = parts.releases.current?.manifest.verifier;
  const after = await change(parts, member, incidentId, async (incident, book, queries) => {
    if (verdict === 'wrong' && incident.test === 0)
      await ignoreAlert(queries, parts.clock, incident, member.id, verifier);
    if (verdict !== 'wrong') await stopIgnoringAlert(queries, incident);
    return marked(incident, verdict, member.id, await book.surroundings(incident));
  });
  // An alarm that is marked as wrong no longer counts when the cloud learns which device hears which alarm.
  if (after.class === 'safety') await noticeLostAlarms(parts, [member.homeId]);
  return after;
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
