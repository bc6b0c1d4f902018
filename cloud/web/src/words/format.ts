import { isDecisive } from '@earshot/shared/cadence/explain.ts';
import type { Evidence, Incident, NotSent } from '@earshot/shared/contracts/home.ts';
import { isRuledOut } from '../core/incident.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { taughtNames } from './taught-names.ts';
import { locale, t } from './words.ts';

const DAY_MS = 86_400_000;

export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** A score as a percentage of at most 99 %: 0.998 is not shown as "100 %", because no network is certain. */
export const percent = (score: number): string =>
  new Intl.NumberFormat(locale(), { style: 'percent' }).format(Math.min(Math.round(score * 100), 99) / 100);

export const clock = (instant: string): string =>
  new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' }).format(new Date(instant));

/** A time in the future, with its weekday unless it is today. */
export const momentOf = (instant: string): string => {
  const then = new Date(instant);
  if (dayOf(then.getTime()) === dayOf(Date.now())) return clock(instant);
  return new Intl.DateTimeFormat(locale(), { weekday: 'long', hour: '2-digit', minute: '2-digit' }).format(then);
};

/** The midnight at which the day of `ms` began, in this phone's time zone. */
export const dayOf = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** Whole calendar days from `earlier` to `later`; rounded, because summer time makes days of 23 and 25 hours. */
const daysBetween = (earlier: number, later: number): number => Math.round((dayOf(later) - dayOf(earlier)) / DAY_MS);

export function day(instant: string, now = Date.now()): string {
  const then = Date.parse(instant);
  const ago = daysBetween(then, now);
  if (ago === 0) return t().history.today;
  if (ago === 1) return t().history.yesterday;
  const sameYear = new Date(then).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale(), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(then);
}

/** A time in the past relative to now, e.g. "2 minutes ago", "yesterday" or "3 weeks ago". */
export function ago(instant: string, now = Date.now()): string {
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  const seconds = (Date.parse(instant) - now) / 1000;
  if (seconds > -60) return relative.format(Math.min(0, Math.round(seconds)), 'second');
  if (seconds > -3600) return relative.format(Math.round(seconds / 60), 'minute');
  const days = daysBetween(Date.parse(instant), now);
  if (seconds > -86_400 && days <= 1) return relative.format(Math.round(seconds / 3600), 'hour');
  if (days < 14) return relative.format(-days, 'day');
  if (days < 60) return relative.format(-Math.round(days / 7), 'week');
  return relative.format(-Math.round(days / 30.4), 'month');
}

export function weekdays(days: number[]): string {
  const key = [...days].sort((a, b) => a - b).join('');
  if (key === '0123456') return t().schedule.everyDay;
  if (key === '12345') return t().schedule.weekdays;
  if (key === '06') return t().schedule.weekend;
  return mondayFirst(days)
    .map((day) => weekday(day))
    .join(', ');
}

/** The name of a weekday (0 is Sunday), taken from a date in the week that began on Sunday, 2023-01-01. */
export const weekday = (day: number, width: 'short' | 'long' | 'narrow' = 'short'): string =>
  new Intl.DateTimeFormat(locale(), { weekday: width }).format(new Date(2023, 0, 1 + day));

export const mondayFirst = (days: number[]): number[] => [...days].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));

export const soundName = (label: string): string =>
  taughtNames.get(label)?.name ?? t().sounds[label] ?? capital(labelInfo(label).words);
export const soundTitle = (label: string): string => t().soundLong[label] ?? soundName(label);

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * The reason of an alert in the reader's language: the measured beep pattern if it decided, or else what was heard and
 * what Earshot takes it for. If the second check ruled the sound out, the text says so. For a sound that this app does
 * not know yet, it is the device's English text.
 */
export function whyText(evidence: Pick<Evidence, 'why' | 'label' | 'verdict' | 'ignored'>): string {
  const { why, label } = evidence;
  const source = t().sources[label];
  const cadence = isDecisive(why) ? t().cadence(why.cadence, number, why.heard) : null;
  const heard = cadence ?? (source === undefined ? capital(why.text) : why.heard ? t().heard(why.heard, number) : null);
  const taken = isRuledOut(evidence)
    ? t().ruledOut(source ?? soundName(label))
    : cadence === null && source !== undefined
      ? t().takenFor(source)
      : null;
  return [heard, taken].filter((text) => text !== null).join(' ');
}

/** When the sound of an incident was heard, e.g. "since 09:15" while it sounds, "at 09:15" or "from 09:15 to 09:20". */
export function heardWhen(incident: Incident, isSounding: boolean, nowMs = Date.now()): string {
  const { startedAt, lastHeardAt, clearedAt, evidence } = incident;
  const words = t().alert;
  const isToday = dayOf(Date.parse(startedAt)) === dayOf(nowMs);
  // The alert of a sound stays open for a while after the sound, but a notice without a sound ends when it is cleared.
  const end = isSounding ? null : evidence.length > 0 ? lastHeardAt : clearedAt;
  if (end === null) return isToday ? words.began(clock(startedAt)) : `${day(startedAt, nowMs)}, ${clock(startedAt)}`;
  const isSameDay = dayOf(Date.parse(startedAt)) === dayOf(Date.parse(end));
  const to = isSameDay ? clock(end) : `${day(end, nowMs)}, ${clock(end)}`;
  const span = clock(startedAt) === to ? words.at(to) : words.fromTo(clock(startedAt), to);
  return isToday ? span : `${day(startedAt, nowMs)}, ${span}`;
}

/** The reason why nobody was notified of an alert, or not yet. */
export function notSentText(notSent: NotSent): string {
  const words = t().notSent;
  if (notSent.because === 'cool_down') return words.coolDown(clock(notSent.reportedAt));
  return notSent.because === 'not_now' ? words.notNow : words.quietHours(momentOf(notSent.until));
}

/** The modes in which the devices listened, e.g. "Mode: Away"; null: not known. */
export function modeText({ evidence }: Pick<Incident, 'evidence'>): string | null {
  // An alert that this phone saved before an update may have no mode.
  const modes = new Set(evidence.flatMap(({ mode }) => mode ?? []));
  return modes.size === 0 ? null : t().alert.inMode([...modes].map((mode) => t().modes[mode]).join(', '));
}

/** The home's name, and the devices' names if they differ from their rooms, e.g. "Birch Street 4 · kitchen-pi". */
export function homeAndDevices(homeName: string, { devices }: Pick<Incident, 'devices'>): string {
  const names = devices.filter(({ name, room }) => room !== '' && name !== room).map(({ name }) => name);
  return [homeName, ...names].join(' · ');
}

/** The rooms of an incident, e.g. "Kitchen" or "Kitchen and Hall". A device without a room is shown by its name. */
export function places(incident: Pick<Incident, 'devices'>): string {
  const names = new Set(incident.devices.map((device) => device.room || device.name));
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(names);
}
