import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import type { Mode } from '@earshot/shared/labels.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** Every entry is due at least once a week, so there is no need to look back further. */
const LOOK_BACK_MINUTES = 7 * DAY_MINUTES + 60;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

type Schedule = Pick<HomeSettings, 'schedule' | 'timeZone'>;

/**
 * The mode of the last schedule entry that was due after `sinceMs` and not after `nowMs`, in the home's local time;
 * null: no entry was due. An entry in an hour that daylight saving skips is due when the clocks change.
 */
export function lastScheduledMode({ schedule, timeZone }: Schedule, sinceMs: number, nowMs: number): Mode | null {
  if (schedule.length === 0) return null;
  const localTime = new LocalTime(timeZone);
  const now = Math.floor(nowMs / MINUTE_MS);
  const first = Math.max(Math.floor(sinceMs / MINUTE_MS), now - LOOK_BACK_MINUTES);
  let later = localTime.at(now * MINUTE_MS);
  for (let minute = now; minute > first; minute--) {
    const earlier = localTime.at((minute - 1) * MINUTE_MS);
    const passed = (later.minuteOfDay - earlier.minuteOfDay + DAY_MINUTES) % DAY_MINUTES;
    const due = schedule.findLast(({ at, days }) => {
      const agoMinutes = (later.minuteOfDay - minuteOf(at) + DAY_MINUTES) % DAY_MINUTES;
      return days.includes(later.day) && agoMinutes < Math.min(passed, 120);
    });
    if (due) return due.mode;
    later = earlier;
  }
  return null;
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const minuteOf = (at: string): number => Number(at.slice(0, 2)) * 60 + Number(at.slice(3));

class LocalTime {
  private readonly format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  }

  at(ms: number): { day: number; minuteOfDay: number } {
    const parts = Object.fromEntries(this.format.formatToParts(ms).map(({ type, value }) => [type, value]));
    return {
      day: WEEKDAYS.indexOf(parts['weekday'] ?? ''),
      minuteOfDay: Number(parts['hour']) * 60 + Number(parts['minute']),
    };
  }
}
