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

/** A sound counts as ended after this much silence, as in the cloud. The alert of the sound may stay open longer. */
const SOUNDS_ON_MS = 60_000;

export const soundsStill = (incident: Incident, nowMs: number): boolean =>
  incident.evidence.length > 0 &&
  incident.state !== 'cleared' &&
  (incident.class === 'safety' || nowMs - Date.parse(incident.lastHeardAt) < SOUNDS_ON_MS);

/**
 * Sorts candidates, the most convincing one first: a verified candidate comes before an unverified one, and a higher
 * score before a lower one.
 */
export const bestFirst = (evidence: readonly Evidence[]): Evidence[] =>
  [...evidence].sort((a, b) => conviction(b) - conviction(a));

const conviction = ({ verdict, verifierScore, deviceScore }: Evidence): number =>
  verdict === 'rejected' ? -1 : verifierScore === null ? deviceScore - 1 : verifierScore;
