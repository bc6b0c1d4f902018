/** Measures the CPU time of the process between two readings, and its memory. */
export class Vitals {
  private readonly startedMs: number;
  private last: { atMs: number; cpuMs: number };
  private readonly monotonicMs: () => number;

  constructor(monotonicMs: () => number) {
    this.monotonicMs = monotonicMs;
    this.startedMs = monotonicMs();
    this.last = { atMs: this.startedMs, cpuMs: cpuMs() };
  }

  get uptimeS(): number {
    return Math.max(0, (this.monotonicMs() - this.startedMs) / 1000);
  }

  get rssMb(): number {
    return process.memoryUsage.rss() / 1e6;
  }

  /** CPU time since the last reading, in per cent of one core. */
  cpuPercent(): number {
    const now = { atMs: this.monotonicMs(), cpuMs: cpuMs() };
    const elapsedMs = now.atMs - this.last.atMs;
    const percent = elapsedMs > 0 ? (100 * (now.cpuMs - this.last.cpuMs)) / elapsedMs : 0;
    this.last = now;
    return Math.max(0, percent);
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
