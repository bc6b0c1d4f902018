import type { StillHeard } from '@earshot/shared/contracts/candidate.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Caller } from '../homes/tokens.ts';
import type { CloudParts } from '../parts.ts';
import { changeHome } from '../store/home-transaction.ts';
import { advance, allClearAfterMs, reopened, soundContinued, soundsAgain } from './incident.ts';
import { IncidentBook } from './incident-book.ts';

type Parts = Pick<CloudParts, 'database' | 'clock' | 'feed'>;

/** Prolongs an incident. Its device reports that it still detects the sound, or when the sound ended. */
export async function stillHeard(
  { database, clock, feed }: Parts,
  device: Caller,
  candidateId: string,
  body: StillHeard,
): Promise<void> {
  await changeHome(database, device.homeId, async (queries) => {
    const candidate = await queries
      .selectFrom('candidates')
      .select('incidentId')
      .where('id', '=', candidateId)
      .where('deviceId', '=', device.id)
      .executeTakeFirst();
    const book = new IncidentBook(queries, clock);
    const incident = candidate && (await book.find(device.homeId, candidate.incidentId));
    if (!incident) throw new EarshotError('NOT_FOUND', 'candidate');
    const nowMs = clock.nowMs();
    const heardAtMs = body.ended ? Math.min(Date.parse(body.heardAt), nowMs) : nowMs;
    const continued = soundContinued(incident, incident.startedAtMs, heardAtMs);
    const around = await book.surroundings(incident);
    // A report that was sent late, after a time without a connection, does not prove that the sound continues now.
    const isRecent = nowMs - Date.parse(body.heardAt) < allClearAfterMs(incident.label);
    const isAgain = !body.ended && isRecent && soundsAgain(incident, around);
    if (isAgain) await book.withdrawAllClear(incident.id);
    await book.keep(isAgain ? reopened(continued, around) : advance(continued, around));
  });
  feed.wake();
}
