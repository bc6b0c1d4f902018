/** CPU of this process and all its threads since its start, minus what is measured besides the run. */
export class CpuMeter {
  private asideMs = 0;

  get usedMs(): number {
    return processMs() - this.asideMs;
  }

  /** Runs `work` without counting its CPU time: peers and the other release must not count for the run's speed. */
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
