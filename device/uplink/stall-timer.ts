/** Aborts a download that makes no progress. As long as bytes arrive, the download may take any time. */
export class StallTimer {
  private readonly stalled = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.timer = setTimeout(() => this.stalled.abort(new Error(`no progress for ${ms / 1000} s`)), ms);
    // The timer must not keep the process running.
    this.timer.unref();
  }

  get signal(): AbortSignal {
    return this.stalled.signal;
  }

  /** Passes the bytes on and counts each chunk as progress. */
  async *watch(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
    try {
      for await (const bytes of body) {
        this.timer.refresh();
        yield bytes;
      }
    } finally {
      clearTimeout(this.timer);
    }
  }
}
