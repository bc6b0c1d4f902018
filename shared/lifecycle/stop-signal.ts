/**
 * Tells a command to stop: the signal aborts on SIGTERM or Ctrl-C. A command that asks for this signal must then stop
 * by itself within `withinMs`; otherwise the process exits. Only cli/stop-on-signals.ts catches the signals of the
 * process.
 */
export type StopSignal = (withinMs?: number) => AbortSignal;

/** The exit status by which a shell reports that this signal ended a process. */
export const EXIT_STATUS = { SIGINT: 130, SIGTERM: 143 };

/** The reason of an aborted stop signal. It is named like every abort error. */
export class Stopped extends Error {
  override readonly name = 'AbortError';
  readonly exitStatus: number;

  constructor(by: keyof typeof EXIT_STATUS) {
    super(`${by} stopped the command.`);
    this.exitStatus = EXIT_STATUS[by];
  }
}

/** The exit status of a command that `signal` stopped before it was finished. */
export const exitStatusOf = ({ reason }: AbortSignal): number =>
  reason instanceof Stopped ? reason.exitStatus : EXIT_STATUS.SIGINT;
