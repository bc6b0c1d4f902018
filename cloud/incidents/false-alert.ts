import type { Transaction } from 'kysely';
import { Candidate } from '@earshot/shared/contracts/candidate.ts';
import { heardAt } from '../ignored-sounds/hearings.ts';
import type { Schema } from '../store/schema.ts';
import type { IncidentRecord } from './incident.ts';
import type { Report } from './known-candidates.ts';

/** The rate of every source (16 kHz mono), which `startSample` counts in. */
const SAMPLES_A_MS = 16;
/**
 * The sample counter and the clock of a device drift apart by at most 2 s in an hour: NTP slews the clock by at most 0.5 ms per second, and
 * quartzes differ by 0.1 ms per second.
 */
const CLOCKS_AGREE_MS = 5_000;
/** The newest of a device's candidates include one of each of its sources. */
const MOST_COMPARED = 60;

/**
 * Whether a member marked this smoke or CO alarm as a false alert. It stays silent while the marked sound continues. A
 * sound that another device detects, or that began after the mark, does not join it, but is an alert of its own.
 */
export const isMarkedFalse = ({ class: kind, test, feedback }: IncidentRecord): boolean =>
  kind === 'safety' && test === 0 && feedback === 'wrong';

/** Whether the candidate continues a sound that was marked: its device detected it before the mark, and it began before the mark. */
export async function continuesMarked(
  queries: Transaction<Schema>,
  marked: IncidentRecord,
  { device, candidate }: Report,
  nowMs: number,
): Promise<boolean> {
  const markedAtMs = marked.feedbackAtMs ?? -Infinity;
  const before = await queries
    .selectFrom('candidates')
    .select(['body', 'registeredAtMs'])
    .where('incidentId', '=', marked.id)
    .where('deviceId', '=', device.id)
    .where('registeredAtMs', '<=', markedAtMs)
    .orderBy('registeredAtMs', 'desc')
    .limit(MOST_COMPARED)
    .execute();
  if (!candidate.late) {
    // A device's clock may be wrong: how long the sound had lasted when it was detected is right all the same.
    const beganMs = nowMs - Math.max(0, Date.parse(candidate.detectedAt) - Date.parse(candidate.startedAt));
    return before.length > 0 && beganMs <= Math.min(markedAtMs, marked.lastHeardAtMs);
  }
  for (const { body, registeredAtMs } of before) {
    const earlier = Candidate.parse(JSON.parse(body));
    if (earlier.source !== candidate.source) continue;
    const sinceMs = beganAfterMs(candidate, earlier);
    return (
      sinceMs !== null &&
      sinceMs <= Math.min(markedAtMs - registeredAtMs, marked.lastHeardAtMs - heardAt(earlier, registeredAtMs))
    );
  }
  return false;
}

/**
 * How long after the detection of `earlier` the late sound began, by the device's own clock; it may lag behind the cloud's. Null when the
 * sample counter does not confirm that: the device was started again, or its clock was set. Nothing is known then, so the sound must ring.
 */
function beganAfterMs(late: Candidate, earlier: Candidate): number | null {
  const beganMs = Date.parse(late.startedAt);
  const betweenMs = beganMs - Date.parse(earlier.startedAt);
  const countedMs = (late.startSample - earlier.startSample) / SAMPLES_A_MS;
  return Math.abs(betweenMs - countedMs) <= CLOCKS_AGREE_MS ? beganMs - Date.parse(earlier.detectedAt) : null;
}
