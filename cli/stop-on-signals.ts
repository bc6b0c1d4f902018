/** Ctrl-C is promised to work within this time; what is not done by then is on disk and goes on at the next start. */
const PATIENCE_MS = 2_000;
/** What a shell reports of a process that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Aborts on Ctrl-C or SIGTERM. A second one, or two seconds, end the process whatever is in its way. */
export function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(INTERRUPTED);
      stop.abort();
      setTimeout(() => process.exit(INTERRUPTED), PATIENCE_MS).unref();
    });
  }
  return stop.signal;
}
