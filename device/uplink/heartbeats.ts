import type { Clock } from '@earshot/shared/clock.ts';
import type { Heartbeat } from '@earshot/shared/contracts/device.ts';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { WakeUp } from '@earshot/shared/lifecycle/wake-up.ts';
import type { CloudClient } from './cloud-client.ts';
import type { LooseAnswer } from './heartbeat-answer.ts';

/**
 * Pause between two heartbeats. Settings from the app must apply here within 5 s, including this pause, the answer and
 * applying them.
 */
const BEAT_MS = 4_000;
const LONGEST_SILENCE_MS = 30_000;
/**
 * A heartbeat without an answer for this long counts as failed: a reachable cloud answers within a second. Together
 * with BEAT_MS, a connection that hangs is detected within 10 s.
 */
const UNANSWERED_MS = 5_000;

/** Pause between heartbeats during an alert. A member may then listen live, which must begin within 3 s of a tap. */
const URGENT_BEAT_MS = 1_000;

interface HeartbeatPace {
  beatMs?: number | undefined;
  /** Whether an alert is in progress. */
  isUrgent?: () => boolean;
}

export interface HeartbeatEvents {
  answered(answer: LooseAnswer): Promise<void>;
  failed(error: EarshotError): void;
}

/** Reports the device's state to the cloud every few seconds, and returns the cloud's orders. */
export class Heartbeats {
  private readonly client: CloudClient;
  private readonly clock: Clock;
  private readonly describe: () => Heartbeat;
  private readonly events: HeartbeatEvents;
  private readonly beatMs: number;
  private readonly isUrgent: () => boolean;
  private readonly wakeUp: WakeUp;

  constructor(
    client: CloudClient,
    clock: Clock,
    describe: () => Heartbeat,
    events: HeartbeatEvents,
    { beatMs = BEAT_MS, isUrgent = () => false }: HeartbeatPace = {},
  ) {
    this.client = client;
    this.clock = clock;
    this.describe = describe;
    this.events = events;
    this.beatMs = beatMs;
    this.isUrgent = isUrgent;
    this.wakeUp = new WakeUp(clock);
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const backOff = new BackOff(this.beatMs, LONGEST_SILENCE_MS);
    while (!signal.aborted) {
      let waitMs = this.beatMs;
      try {
        const answer = await this.beat(signal);
        backOff.succeeded();
        await this.events.answered(answer);
        const soonestMs = this.isUrgent() ? URGENT_BEAT_MS : (answer.nextBeatS ?? Infinity) * 1_000;
        waitMs = Math.min(waitMs, soonestMs);
      } catch (thrown) {
        if (signal.aborted) return;
        waitMs = backOff.nextMs();
        this.events.failed(asEarshotError(thrown, 'UNREACHABLE', 'heartbeat'));
      }
      await this.wakeUp.wait(waitMs, signal);
    }
  }

  /** Ends the pause and sends a heartbeat now. */
  wake(): void {
    this.wakeUp.wake();
  }

  /**
   * Reports an answer that is late as a failure but keeps waiting for it, because a slow connection may still deliver
   * it.
   */
  private async beat(signal: AbortSignal): Promise<LooseAnswer> {
    const answered = new AbortController();
    const watching = pause(this.clock, UNANSWERED_MS, answered.signal).then(() => {
      if (answered.signal.aborted) return;
      this.events.failed(new EarshotError('UNREACHABLE', `No answer to a heartbeat for ${UNANSWERED_MS / 1000} s.`));
    });
    try {
      return await this.client.heartbeat(this.describe(), signal);
    } finally {
      answered.abort();
      await watching;
    }
  }
}
