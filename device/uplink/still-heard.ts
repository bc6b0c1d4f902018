import type { Clock } from '@earshot/shared/clock.ts';
import type { StillHeard } from '@earshot/shared/contracts/candidate.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { CloudClient } from './cloud-client.ts';
import { Refused } from './refusal.ts';
import { WakeUp } from '@earshot/shared/lifecycle/wake-up.ts';

const IDLE_MS = 60_000;
/** Reports that are older than this are dropped: they cannot keep an incident open any more. */
const STALE_MS = 600_000;

/**
 * Reports that a sound continues or has ended. Only the newest report of each candidate counts, so only the newest is
 * kept, in memory. It is sent once the candidate itself is registered.
 */
export class HeardReports {
  private readonly client: CloudClient;
  private readonly clock: Clock;
  private readonly isRegistered: (id: string) => boolean;
  private readonly wakeUp: WakeUp;
  private readonly latest = new Map<string, StillHeard>();

  constructor(client: CloudClient, clock: Clock, isRegistered: (id: string) => boolean) {
    this.client = client;
    this.clock = clock;
    this.isRegistered = isRegistered;
    this.wakeUp = new WakeUp(clock);
  }

  report(id: string, heard: StillHeard): void {
    this.latest.set(id, heard);
    this.wakeUp.wake();
  }

  /** Call it when a candidate was registered: its pending report may be sent now. */
  wake(): void {
    this.wakeUp.wake();
  }

  get waiting(): number {
    return this.latest.size;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const backOff = new BackOff();
    while (!signal.aborted) {
      const next = [...this.latest].find(([id]) => this.isRegistered(id));
      try {
        if (!next) await this.wakeUp.wait(IDLE_MS, signal);
        else await this.send(...next, signal);
        backOff.succeeded();
      } catch {
        // Do not report the failure: heartbeats to the same cloud fail too and report the reason.
        if (!signal.aborted) await pause(this.clock, backOff.nextMs(), signal);
      }
    }
  }

  private async send(id: string, heard: StillHeard, signal: AbortSignal): Promise<void> {
    try {
      if (this.clock.nowMs() - Date.parse(heard.heardAt) < STALE_MS || heard.ended)
        await this.client.stillHeard(id, heard, signal);
    } catch (thrown) {
      // 4xx: the incident was deleted, or the cloud refuses the report. A retry would not help.
      const isFinal = thrown instanceof Refused && thrown.httpStatus < 500 && ![401, 429].includes(thrown.httpStatus);
      if (!isFinal) throw thrown;
    }
    if (this.latest.get(id) === heard) this.latest.delete(id);
  }
}
