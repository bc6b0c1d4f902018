/** CPU of this process and all its threads since it was started, but for what is measured beside the run. */
export class CpuMeter {
  private asideMs = 0;

  get usedMs(): number {
    return processMs() - this.asideMs;
  }

  /** Peers and the other release are no part of a run's speed. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    const beforeMs = processMs();
    try {
      return await work();
    } finally {
      this.asideMs += processMs() - beforeMs;
    }
  }
}

function processMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
