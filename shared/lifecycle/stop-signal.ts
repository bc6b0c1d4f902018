/**
 * How a command learns that it must stop. The signal aborts on SIGTERM or Ctrl-C; a command that asks for it must
 * stop then, because `withinMs` later the process ends in any case. Only cli/stop-on-signals.ts catches the signals
 * of the process.
 */
export type StopSignal = (withinMs?: number) => AbortSignal;
