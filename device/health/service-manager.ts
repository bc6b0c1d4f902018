import type { Clock } from '@earshot/shared/clock.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { runCommand } from '../actions/run-command.ts';

/**
 * Speaks systemd's notify protocol. It uses a Unix datagram socket, which Node cannot open, so the program
 * `systemd-notify` of systemd sends the messages: one short child process in every half watchdog period (30 s in our
 * unit). Therefore the unit needs `NotifyAccess=all`.
 */
export class ServiceManager {
  private readonly environment: NodeJS.ProcessEnv;
  private readonly clock: Clock;

  constructor(environment: NodeJS.ProcessEnv, clock: Clock) {
    this.environment = environment;
    this.clock = clock;
  }

  /** Null when systemd runs no watchdog for this process. */
  get watchdogMs(): number | null {
    const { WATCHDOG_USEC, WATCHDOG_PID } = this.environment;
    const isForUs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
    return WATCHDOG_USEC && isForUs ? Number(WATCHDOG_USEC) / 1000 : null;
  }

  async ready(signal: AbortSignal): Promise<void> {
    await this.say(['--ready', `--status=listening`], signal);
  }

  async stopping(): Promise<void> {
    await this.say(['STOPPING=1'], AbortSignal.timeout(1_000));
  }

  /** Notifies the watchdog while `isAlive` returns true. A process that hangs sends nothing, and systemd restarts it. */
  async run(isAlive: () => boolean, signal: AbortSignal): Promise<void> {
    const { watchdogMs } = this;
    if (watchdogMs === null) return;
    while (!signal.aborted) {
      if (isAlive()) await this.say(['WATCHDOG=1'], signal);
      await pause(this.clock, watchdogMs / 2, signal);
    }
  }

  private async say(words: string[], signal: AbortSignal): Promise<void> {
    if (!this.environment['NOTIFY_SOCKET']) return;
    // Ignore a notification that could not be sent: without notifications systemd restarts the unit.
    await runCommand(['systemd-notify', ...words], { signal }).catch(() => undefined);
  }
}
