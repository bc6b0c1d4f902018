import type { Part } from './part.ts';

/**
 * A part that does work until its signal aborts: `start` begins the work, `stop` aborts the signal and waits for the
 * end of the work.
 */
export class Loop implements Part {
  private readonly run: (signal: AbortSignal) => Promise<unknown>;
  private readonly onFailure: (error: unknown) => void;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** `onFailure` is called once, as soon as `run` fails, so that a failure is reported before `stop` is called. */
  constructor(run: (signal: AbortSignal) => Promise<unknown>, onFailure: (error: unknown) => void) {
    this.run = run;
    this.onFailure = onFailure;
  }

  async start(): Promise<void> {
    const { signal } = this.stopping;
    if (!signal.aborted) this.running = this.run(signal).then(() => undefined, this.onFailure);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }
}
