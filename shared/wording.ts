/** How counts and times are written in a terminal. */

/** Example: "1 file", "2 files". */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Example: "14:03:09", in the time zone of this machine. */
export const timeOfDay = (instant: string): string => new Date(instant).toTimeString().slice(0, 8);

/** A moment of a microphone as a time of day, and a moment of a recording, which has no `at`, as its position. */
export const momentText = (seconds: number, at: string | null): string =>
  at === null ? clockTime(seconds) : timeOfDay(at);

/** Example: 3,725 s is 1:02:05. */
export function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
