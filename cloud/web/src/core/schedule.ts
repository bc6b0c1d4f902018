import type { Mode } from '@earshot/shared/labels.ts';
import type { ScheduleEntry } from './contracts.ts';

/** The next change of mode after `nowMs`, in the home's time zone; null without a schedule. */
export function nextChange(
  schedule: ScheduleEntry[],
  timeZone: string,
  nowMs: number,
): { mode: Mode; at: string } | null {
  const now = localTime(timeZone, nowMs);
  let best: { mode: Mode; at: string } | null = null;
  let fewest = Infinity;
  for (const entry of schedule) {
    for (const day of entry.days) {
      const daysAhead = (day - now.day + 7) % 7;
      let minutes = daysAhead * 1440 + minutesOf(entry.at) - now.minutes;
      if (minutes <= 0) minutes += 7 * 1440;
      if (minutes < fewest) [fewest, best] = [minutes, { mode: entry.mode, at: entry.at }];
    }
  }
  return best;
}

const minutesOf = (at: string): number => Number(at.slice(0, 2)) * 60 + Number(at.slice(3));

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Weekday (0 = Sunday) and minute of the day in the home's time zone, wherever the phone is. */
function localTime(timeZone: string, nowMs: number): { day: number; minutes: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
    .formatToParts(nowMs)
    .reduce<Record<string, string>>((all, part) => ({ ...all, [part.type]: part.value }), {});
  return { day: DAYS.indexOf(parts.weekday ?? ''), minutes: minutesOf(`${parts.hour}:${parts.minute}`) };
}
