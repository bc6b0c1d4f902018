import type { Evidence, Incident } from '@earshot/shared/contracts/home.ts';

/**
 * Whether the incident is an open alert. While its verdict is pending it alerts nobody yet, and after a rejection it
 * never does.
 */
export const isOpen = (incident: Incident): boolean =>
  incident.state !== 'cleared' && incident.verdict !== 'pending' && incident.verdict !== 'rejected';

/** A quiet notice: a chirping battery, an offline device or a microphone that does not work. It does not ring. */
export const isNotice = (incident: Incident): boolean => incident.class === 'upkeep';

/** An alarm that nobody has acknowledged. The number on the app's icon counts these. */
export const isLoud = (incident: Incident): boolean =>
  isOpen(incident) && incident.state === 'open' && !isNotice(incident) && !incident.test;

/**
 * While a sound continues, its device reports it every 10 s. Without two reports in a row it counts as ended. The alert
 * of the sound may stay open longer.
 */
const SOUNDS_ON_MS = 25_000;
/** A sound that was heard for a shorter time has not been reported to continue, e.g. one second of breaking glass. */
const LEAST_LASTING_MS = 5_000;

/** Whether the sound continues. A smoke or CO alarm counts as sounding until the cloud has cleared it. */
export function soundsStill(incident: Incident, nowMs: number): boolean {
  if (incident.evidence.length === 0 || incident.state === 'cleared') return false;
  if (incident.class === 'safety') return true;
  const lastHeardMs = Date.parse(incident.lastHeardAt);
  return lastHeardMs - Date.parse(incident.startedAt) >= LEAST_LASTING_MS && nowMs - lastHeardMs < SOUNDS_ON_MS;
}

/** Whether the second check ruled the sound out. A sound that is ignored is rejected, too, but was not ruled out. */
export const isRuledOut = ({ verdict, ignored }: Pick<Incident, 'verdict' | 'ignored'>): boolean =>
  verdict === 'rejected' && !ignored;

/**
 * Sorts candidates, the most convincing one first: a verified candidate comes before an unverified one, and a higher
 * score before a lower one.
 */
export const bestFirst = (evidence: readonly Evidence[]): Evidence[] =>
  [...evidence].sort((a, b) => conviction(b) - conviction(a));

const conviction = ({ verdict, verifierScore, deviceScore }: Evidence): number =>
  verdict === 'rejected' ? -1 : verifierScore === null ? deviceScore - 1 : verifierScore;
