import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import type { Mode } from '@earshot/shared/labels.ts';

const DAY_MS = 86_400_000;

export interface ModeChange {
  atMs: number;
  mode: Mode;
}

/** The schedule's next entry after `nowMs`; null when there is none. */
export function nextModeChange(
  settings: Pick<HomeSettings, 'schedule' | 'timeZone'>,
  nowMs: number,
): ModeChange | null {
  let next: ModeChange | null = null;
  const today = localParts(nowMs, settings.timeZone).date;
  for (const { at, days, mode } of settings.schedule) {
    // Looks eight days ahead: if today's time of an entry has passed, the entry applies again in a week.
    for (let ahead = 0; ahead <= 8; ahead++) {
      const date = dateAfter(today, ahead);
      if (!days.includes(new Date(`${date}T00:00Z`).getUTCDay())) continue;
      const atMs = instantOf(date, at, settings.timeZone);
      if (atMs <= nowMs) continue;
      if (!next || atMs < next.atMs) next = { atMs, mode };
      break;
    }
  }
  return next;
}

/** If `nowMs` lies within quiet hours (which may span midnight), returns when they end. Otherwise null. */
export function quietUntil(settings: Pick<HomeSettings, 'quietHours' | 'timeZone'>, nowMs: number): number | null {
  if (!settings.quietHours) return null;
  const { from, to } = settings.quietHours;
  const { date, time } = localParts(nowMs, settings.timeZone);
  const within = from <= to ? time >= from && time < to : time >= from || time < to;
  if (!within) return null;
  const today = instantOf(date, to, settings.timeZone);
  return today > nowMs ? today : instantOf(dateAfter(date, 1), to, settings.timeZone);
}

interface LocalParts {
  /** A date, for example 2026-11-21. */
  date: string;
  /** A time of day, for example 07:30. */
  time: string;
}

/** Adds calendar days instead of 24 hours, because two days a year have 23 and 25 hours. */
const dateAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

function localParts(atMs: number, timeZone: string): LocalParts {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = format.formatToParts(atMs);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return { date: `${of('year')}-${of('month')}-${of('day')}`, time: `${of('hour')}:${of('minute')}` };
}

/**
 * Converts local time to an instant. It first treats the local time as UTC, then corrects the result by the offset of the time zone at that
 * instant. A second correction is needed when the offset changes between the two.
 */
function instantOf(date: string, time: string, timeZone: string): number {
  const wanted = Date.parse(`${date}T${time}Z`);
  let atMs = wanted;
  for (let pass = 0; pass < 2; pass++) {
    const shown = localParts(atMs, timeZone);
    atMs += wanted - Date.parse(`${shown.date}T${shown.time}Z`);
  }
  return atMs;
}
