import type { Clock } from '@earshot/shared/clock.ts';
import type { Heartbeat } from '@earshot/shared/contracts/device.ts';
import type { EarshotError } from '@earshot/shared/errors.ts';
import type { AgentEmitter } from '../events.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { CloudClient } from './cloud-client.ts';
import { Delivery } from './delivery.ts';
import type { LooseAnswer } from './heartbeat-answer.ts';
import { Heartbeats } from './heartbeats.ts';
import { HeardReports } from './still-heard.ts';

export interface UplinkOptions {
  client: CloudClient;
  outbox: Outbox;
  events: AgentEmitter;
  clock: Clock;
  describe: () => Heartbeat;
  /** The cloud's answer to a heartbeat. */
  answered: (answer: LooseAnswer) => Promise<void>;
  beatMs?: number | undefined;
}

/** For this long after a report, a member is expected to look at the alert and may listen live. */
const ALERT_MS = 120_000;

/** All communication between this device and its cloud. */
export class Uplink {
  private readonly delivery: Delivery;
  private readonly heartbeats: Heartbeats;
  private readonly heard: HeardReports;
  private readonly outbox: Outbox;
  private readonly events: AgentEmitter;
  private readonly clock: Clock;
  /** Ids of the candidates that are not registered with the cloud yet. */
  private readonly unregistered = new Set<string>();
  private isOnline: boolean | null = null;
  private alertUntilMs = -Infinity;

  constructor({ client, outbox, events, clock, describe, answered, beatMs }: UplinkOptions) {
    this.outbox = outbox;
    this.events = events;
    this.clock = clock;
    this.heard = new HeardReports(client, clock, (id) => !this.unregistered.has(id));
    this.delivery = new Delivery(outbox, client, clock, {
      registered: ({ id, label }, late) => {
        this.unregistered.delete(id);
        this.heard.wake();
        events.emit('registered', { id, label, late });
      },
      delivered: ({ id, label }, withClip) => events.emit('delivered', { id, label, withClip }),
      refused: ({ id }, error) => {
        this.unregistered.delete(id);
        events.emit('problem', error);
      },
      online: (online, error) => this.reportOnline(online, error),
      clipsFail: (error) => events.emit('problem', error),
    });
    this.heartbeats = new Heartbeats(
      client,
      clock,
      describe,
      {
        answered: async (answer) => {
          this.reportOnline(true, null);
          await answered(answer);
        },
        failed: (error) => this.reportOnline(false, error),
      },
      { beatMs, isUrgent: () => this.clock.monotonicMs() < this.alertUntilMs },
    );
  }

  get online(): boolean {
    return this.isOnline === true;
  }

  /** Whether a report that a sound continues or has ended is not delivered yet. */
  get isBusy(): boolean {
    return this.heard.waiting > 0;
  }

  /** Whether an alert is waiting to be sent. */
  get isUrgent(): boolean {
    return this.unregistered.size > 0;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (const { id } of this.outbox.list()) this.unregistered.add(id);
    this.events.on('candidate', ({ candidate }) => {
      const wasUrgent = this.clock.monotonicMs() < this.alertUntilMs;
      this.alertUntilMs = this.clock.monotonicMs() + ALERT_MS;
      if (!wasUrgent) this.heartbeats.wake();
      this.unregistered.add(candidate.id);
      this.delivery.wake(candidate.id);
    });
    this.events.on('heard', ({ id, ended }) => {
      this.heard.report(id, { heardAt: new Date(this.clock.nowMs()).toISOString(), ended });
    });
    await Promise.all([this.delivery.run(signal), this.heartbeats.run(signal), this.heard.run(signal)]);
  }

  /** Reports once when the cloud becomes unreachable and once when it is back, not at every try. */
  private reportOnline(online: boolean, error: EarshotError | null): void {
    if (online === this.isOnline) return;
    this.isOnline = online;
    if (online) this.delivery.cloudIsBack();
    this.events.emit('online', { online, reason: error?.toLine() ?? null });
  }
}
