/**
 * Tells a command to stop: the signal aborts on SIGTERM or Ctrl-C. A command that asks for this signal must then stop
 * by itself within `withinMs`; otherwise the process exits. Only cli/stop-on-signals.ts catches the signals of the
 * process.
 */
export type StopSignal = (withinMs?: number) => AbortSignal;
