/** How often the progress bar is redrawn on a terminal. In a log, a line is written every 15 seconds instead. */
const REDRAW_MS = 200;
const LOG_MS = 15_000;
const WIDTH = 28;

export class Progress {
  private readonly total: number;
  private readonly resumed: number;
  private readonly out: NodeJS.WriteStream;
  private readonly beganMs = performance.now();
  private shownMs = -Infinity;
  private shownDone = -1;
  private done: number;
  private audioS = 0;
  /** Seconds played so far of each unfinished session, so that progress is visible during a session of a whole day. */
  private readonly playing = new Map<number, number>();

  constructor(total: number, resumed: number, out: NodeJS.WriteStream = process.stderr) {
    this.total = total;
    this.resumed = resumed;
    this.done = resumed;
    this.out = out;
  }

  advance(session: number, audioS: number): void {
    this.done++;
    this.audioS += audioS;
    this.playing.delete(session);
    this.show();
  }

  /** Sets the seconds played of a session that is not finished. */
  hear(session: number, audioS: number): void {
    this.playing.set(session, audioS);
    this.show();
  }

  private show(): void {
    const nowMs = performance.now();
    if (nowMs - this.shownMs < (this.out.isTTY ? REDRAW_MS : LOG_MS)) return;
    this.shownMs = nowMs;
    this.shownDone = this.done;
    this.out.write(this.out.isTTY ? `\r${this.line()}\x1b[K` : `${this.line()}\n`);
  }

  finish(): void {
    if (this.out.isTTY) this.out.write(`\r${this.line()}\x1b[K\n`);
    // In a log, the final line may already have been written.
    else if (this.shownDone !== this.done) this.out.write(`${this.line()}\n`);
  }

  private line(): string {
    const elapsedS = (performance.now() - this.beganMs) / 1_000;
    const filled = Math.round((WIDTH * this.done) / Math.max(1, this.total));
    const audioS = [...this.playing.values()].reduce((sum, heardS) => sum + heardS, this.audioS);
    const speed = Math.round(audioS / Math.max(0.001, elapsedS));
    return `[${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}] ${this.done}/${this.total}  ${clock(audioS)} of sound  ${speed}x  ${this.eta(elapsedS)}`;
  }

  private eta(elapsedS: number): string {
    if (this.done === this.total) return `in ${clock(elapsedS)}`;
    const played = this.done - this.resumed;
    return played === 0
      ? 'the first session is playing'
      : `${clock(((this.total - this.done) * elapsedS) / played)} left`;
  }
}

function clock(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return h > 0
    ? `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`
    : `${m}:${String(s).padStart(2, '0')}`;
}
