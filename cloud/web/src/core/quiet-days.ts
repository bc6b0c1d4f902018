import type { Incident } from '@earshot/shared/contracts/home.ts';
import { isNotice } from './incident.ts';
import { dayOf } from '../words/format.ts';

export const DAYS_SHOWN = 99;

export interface QuietDay {
  startMs: number;
  /** The most serious sound of that day; null for a quiet day, undefined before the home was created. */
  label: string | null | undefined;
}

const RANK: Record<string, number> = { safety: 0, security: 1 };

/** The last 99 days, oldest first, each with its most serious sound. */
export function quietDays(incidents: Incident[], sinceMs: number, nowMs: number): QuietDay[] {
  const gravest = new Map<number, Incident>();
  for (const incident of incidents) {
    if (!spoilsTheDay(incident)) continue;
    const day = dayOf(Date.parse(incident.startedAt));
    const known = gravest.get(day);
    if (!known || RANK[incident.class]! < RANK[known.class]!) gravest.set(day, incident);
  }
  const first = Math.min(dayOf(sinceMs), ...gravest.keys());
  return Array.from({ length: DAYS_SHOWN }, (_, i) => {
    const date = new Date(nowMs);
    // Uses calendar days, because summer time makes days of 23 and 25 hours.
    const startMs = new Date(date.getFullYear(), date.getMonth(), date.getDate() - (DAYS_SHOWN - 1 - i)).getTime();
    return { startMs, label: gravest.get(startMs)?.label ?? (startMs < first ? undefined : null) };
  });
}

/** A day with only tests, notices and false alerts counts as quiet. */
const spoilsTheDay = (incident: Incident): boolean => wasAlert(incident) && incident.feedback?.verdict !== 'wrong';

/** Whether the incident was an alert, also if a member marked it as false: not a test, a notice or a ruled-out sound. */
export const wasAlert = (incident: Incident): boolean =>
  !incident.test && !isNotice(incident) && (incident.verdict === 'confirmed' || incident.verdict === 'unverified');
