import type { Transaction } from 'kysely';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { heardAt } from '../ignored-sounds/hearings.ts';
import type { Schema } from '../store/schema.ts';
import { allClearAfterMs, type IncidentRecord } from './incident.ts';
import type { Report } from './known-candidates.ts';

/** The number of samples per millisecond. Every source has 16 kHz, and `startSample` counts these samples. */
const SAMPLES_A_MS = 16;
/**
 * The sample counter and the clock of a device drift apart by at most 2 s in an hour: NTP slews the clock by at most 0.5 ms per second, and
 * quartzes differ by 0.1 ms per second.
 */
const CLOCKS_AGREE_MS = 5_000;
/**
 * How many of a device's newest candidates are compared. Among so many there is at least one from each of the device's audio sources.
 */
const MOST_COMPARED = 60;

/**
 * Whether the candidate continues a sound that was marked as a false alert (`isMarkedFalse`). This is so when the candidate began before
 * the mark, and its device had already detected the marked sound before the mark. A late candidate must also have been detected no more
 * than `allClearAfterMs` before the marked sound began.
 */
export async function continuesMarked(
  queries: Transaction<Schema>,
  marked: IncidentRecord,
  { device, candidate }: Report,
  nowMs: number,
): Promise<boolean> {
  const markedAtMs = marked.feedbackAtMs ?? -Infinity;
  const rows = await queries
    .selectFrom('candidates')
    .select(['body', 'registeredAtMs'])
    .where('incidentId', '=', marked.id)
    .where('deviceId', '=', device.id)
    .where('registeredAtMs', '<=', markedAtMs)
    .orderBy('registeredAtMs', 'desc')
    .limit(MOST_COMPARED)
    .execute();
  if (!candidate.late) {
    // A device's clock may be wrong, but the time between start and detection of the sound is right.
    const beganMs = nowMs - Math.max(0, Date.parse(candidate.detectedAt) - Date.parse(candidate.startedAt));
    return rows.length > 0 && beganMs <= Math.min(markedAtMs, marked.lastHeardAtMs);
  }
  const before = rows
    .map(({ body, registeredAtMs }) => ({ ...Candidate.parse(JSON.parse(body)), registeredAtMs }))
    .filter((earlier) => earlier.source === candidate.source && clocksAgree(candidate, earlier));
  const [newest] = before;
  if (!newest) return false;
  // Compare times of the device's own clock, which may be behind the cloud's clock.
  const { registeredAtMs } = newest;
  const latestMs = Math.min(markedAtMs - registeredAtMs, marked.lastHeardAtMs - heardAt(newest, registeredAtMs));
  const markedBeganMs = Math.min(...before.map(({ startedAt }) => Date.parse(startedAt)));
  return (
    Date.parse(candidate.startedAt) - Date.parse(newest.detectedAt) <= latestMs &&
    Date.parse(candidate.detectedAt) >= markedBeganMs - allClearAfterMs(candidate.label)
  );
}

/**
 * Whether the device's clock and its sample counter agree about the time between two of its candidates. If not, the device was restarted,
 * or its clock was set. Then the order of the sounds is unknown, so the candidate must be reported.
 */
function clocksAgree(late: Candidate, earlier: Candidate): boolean {
  const betweenMs = Date.parse(late.startedAt) - Date.parse(earlier.startedAt);
  const countedMs = (late.startSample - earlier.startSample) / SAMPLES_A_MS;
  return Math.abs(betweenMs - countedMs) <= CLOCKS_AGREE_MS;
}
