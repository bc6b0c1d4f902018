/**
 * Shows the progress, a text and the time left: on a terminal in a single line that it updates, in a log file as a new
 * line from time to time.
 */
import type { Writable } from 'node:stream';

const WIDTH = 24;
const TERMINAL_EVERY_MS = 200;
const LOG_EVERY_MS = 30_000;

export class ProgressBar {
  private readonly out: Writable & { isTTY?: boolean };
  private readonly title: string;
  private readonly now: () => number;
  private readonly begunMs: number;
  private firstDone = 0;
  private shownMs = -Infinity;

  constructor(
    title: string,
    out: Writable & { isTTY?: boolean } = process.stderr,
    now: () => number = () => performance.now(),
  ) {
    this.title = title;
    this.out = out;
    this.now = now;
    this.begunMs = now();
  }

  /** Work that an earlier run did: the value of `done` in the first call. The estimate of the time left ignores it. */
  show(done: number, total: number, words = ''): void {
    const nowMs = this.now();
    if (this.shownMs === -Infinity) this.firstDone = Math.max(0, done - 1);
    const isLast = done >= total;
    if (!isLast && nowMs - this.shownMs < (this.out.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS)) return;
    this.shownMs = nowMs;
    const filled = total === 0 ? WIDTH : Math.round((WIDTH * done) / total);
    const pace = (nowMs - this.begunMs) / Math.max(1, done - this.firstDone);
    const left = isLast ? `took ${duration(nowMs - this.begunMs)}` : `ETA ${duration(pace * (total - done))}`;
    const line = `${this.title} [${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done}/${total} ${left}${words && `  ${words}`}`;
    this.out.write(this.out.isTTY ? `\r\x1b[K${line}${isLast ? '\n' : ''}` : `${line}\n`);
  }
}

export function duration(ms: number): string {
  const s = Math.round(ms / 1_000);
  if (s < 100) return `${s} s`;
  const min = Math.round(s / 60);
  return min < 100 ? `${min} min` : `${Math.floor(min / 60)} h ${min % 60} min`;
}
