import { CloudClient } from '@earshot/device/uplink/cloud-client.ts';
import { AgentEmitter } from '@earshot/device/events.ts';
import { Outbox } from '@earshot/device/outbox/outbox.ts';
import { Uplink } from '@earshot/device/uplink/uplink.ts';
import type { Clock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';

/**
 * The device without its microphone: the real outbox on disk and the real uplink. Its connection can be cut, and it
 * can be restarted.
 */
export class SoakDevice {
  /** Heartbeats that the cloud answered. */
  answers = 0;
  readonly problems: string[] = [];
  private readonly dir: string;
  private readonly client: LineThatCanBeCut;
  private readonly clock: Clock;
  private outbox: Outbox;
  private events = new AgentEmitter();
  private stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(dir: string, address: { url: string; token: string }, clock: Clock) {
    this.dir = dir;
    this.client = new LineThatCanBeCut(address);
    this.clock = clock;
    this.outbox = this.openOutbox();
  }

  get isCut(): boolean {
    return this.client.isCut;
  }

  set isCut(cut: boolean) {
    this.client.isCut = cut;
  }

  get waiting(): number {
    return this.outbox.stats().records;
  }

  async start(): Promise<void> {
    this.events = new AgentEmitter();
    this.stopping = new AbortController();
    this.outbox = this.openOutbox();
    await this.outbox.start();
    const { client, outbox, events, clock, stopping } = this;
    const describe = () => {
      const { records, bytes, full, corrupt } = outbox.stats();
      return makeHeartbeat({ outbox: { records, bytes, full, corrupt } });
    };
    const answered = async () => void this.answers++;
    events.on('problem', ({ message }) => this.problems.push(message));
    const uplink = new Uplink({ client, outbox, events, clock, describe, answered });
    this.running = Promise.all([uplink.run(stopping.signal), outbox.run(clock, stopping.signal)]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Puts a candidate into the outbox; resolves with its id. */
  async hear(label: string, clip: Uint8Array): Promise<string> {
    const at = new Date(this.clock.nowMs()).toISOString();
    const candidate = makeCandidate(label, clip, { startedAt: at, detectedAt: at });
    await this.outbox.put({ candidate, clip });
    this.events.emit('candidate', { candidate, clip, atS: 0, detectedS: 0, again: false });
    return candidate.id;
  }

  hasEnded(id: string, label: string): void {
    this.events.emit('heard', { id, label, source: 'test', ended: true });
  }

  private openOutbox(): Outbox {
    return new Outbox(this.dir, ({ message }) => this.problems.push(message));
  }
}

class LineThatCanBeCut extends CloudClient {
  isCut = false;

  override register = (...given: Parameters<CloudClient['register']>) => this.over(() => super.register(...given));
  override upload = (...given: Parameters<CloudClient['upload']>) => this.over(() => super.upload(...given));
  override stillHeard = (...given: Parameters<CloudClient['stillHeard']>) =>
    this.over(() => super.stillHeard(...given));
  override heartbeat = (...given: Parameters<CloudClient['heartbeat']>) => this.over(() => super.heartbeat(...given));

  private async over<T>(call: () => Promise<T>): Promise<T> {
    if (this.isCut) throw new EarshotError('UNREACHABLE', 'the line is cut');
    return call();
  }
}
