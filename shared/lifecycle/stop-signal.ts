/**
 * How a command learns that it shall stop. Whoever calls it promises to stop by the signal, which aborts on SIGTERM or Ctrl-C;
 * `withinMs` after that the process ends, whatever still runs. Only cli/stop-on-signals.ts catches the signals of the process.
 */
export type StopSignal = (withinMs?: number) => AbortSignal;
