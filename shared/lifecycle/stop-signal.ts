/**
 * Tells a command to stop: the signal aborts on SIGTERM or Ctrl-C. A command that asks for the signal must then stop by
 * itself, because `withinMs` later the process exits in any case. Only cli/stop-on-signals.ts catches the signals of
 * the process.
 */
export type StopSignal = (withinMs?: number) => AbortSignal;
