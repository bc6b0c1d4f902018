import { EXIT_STATUS, Stopped, type StopSignal } from '@earshot/shared/lifecycle/stop-signal.ts';

/**
 * Ctrl-C reaches every process of a terminal, and npm and earshot.js pass it on as well. A signal that follows this soon is the same
 * Ctrl-C.
 */
const SAME_REQUEST_MS = 500;
const LOOK_FOR_STARTER_MS = 250;

/** The only place where signals are caught. earshot.js calls `listen` before it loads anything else. */
export class ProcessSignals {
  private readonly isService: boolean;
  private readonly stop = new AbortController();
  private isAwaited = false;
  private firstAtMs = Infinity;
  private withinMs = Infinity;

  /** @param isService the command runs until it is stopped, so SIGTERM is its normal end. */
  constructor(isService: boolean) {
    this.isService = isService;
  }

  listen(): void {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => this.caught(name));
  }

  /**
   * When the process that started this one is killed, this process stops as well. The starter is an older Node
   * (older-node.js), or a cloud that runs a training (child-teacher.ts).
   */
  stopWithStarter(starter: number): void {
    const looking = setInterval(() => {
      // A process whose parent has died gets another parent.
      if (process.ppid === starter) return;
      clearInterval(looking);
      this.caught('SIGTERM');
    }, LOOK_FOR_STARTER_MS).unref();
  }

  readonly stopSignal: StopSignal = (withinMs = Infinity) => {
    this.isAwaited = true;
    this.withinMs = withinMs;
    return this.stop.signal;
  };

  private caught(name: keyof typeof EXIT_STATUS): void {
    // No command has asked for the signal, so there is no work to finish.
    if (!this.isAwaited) process.exit(this.isService && name === 'SIGTERM' ? 0 : EXIT_STATUS[name]);
    if (!this.stop.signal.aborted) {
      this.firstAtMs = performance.now();
      this.stop.abort(new Stopped(name));
      if (this.withinMs < Infinity) setTimeout(() => process.exit(EXIT_STATUS[name]), this.withinMs).unref();
    } else if (performance.now() - this.firstAtMs > SAME_REQUEST_MS) process.exit(EXIT_STATUS[name]);
  }
}
