/**
 * Measures the CPU time of this process and its threads since the start. Work in `aside` is not counted, because it
 * does not belong to the run.
 */
export class CpuMeter {
  private asideMs = 0;

  get usedMs(): number {
    return processMs() - this.asideMs;
  }

  /**
   * Runs `work` without counting its CPU time, because peers and the other release must not affect the measured speed.
   */
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
