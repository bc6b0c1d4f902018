import { createHash } from 'node:crypto';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { Clock } from '@earshot/shared/clock.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import { WakeUp } from '@earshot/shared/lifecycle/wake-up.ts';
import type { Ring } from '../audio/ring.ts';
import type { AgentEmitter } from '../events.ts';
import type { CloudClient } from '../uplink/cloud-client.ts';
import { SegmentCutter } from './segment-cutter.ts';

const LOOK_MS = 50;
const IDLE_MS = 60_000;
/**
 * The longest time from the request for an upload link to the end of the upload. A segment that takes longer is too
 * late to be played.
 */
const UPLOAD_WITHIN_MS = 5_000;
const RETRY_MS = 1_000;

interface LiveSoundOptions {
  client: CloudClient;
  rings: () => readonly Ring[];
  events: AgentEmitter;
  clock: Clock;
  /** Whether an alert is waiting to be sent: alerts are sent before live sound. */
  isUrgent: () => boolean;
}

/**
 * Sends what this device records, second by second, while a member of the home listens. Begins when a heartbeat's
 * answer names listeners. Ends when the cloud refuses a segment or a heartbeat's answer names no listener.
 */
export class LiveSound {
  private readonly options: LiveSoundOptions;
  private readonly wakeUp: WakeUp;
  private names: readonly string[] = [];
  private session = new AbortController();

  constructor(options: LiveSoundOptions) {
    this.options = options;
    this.wakeUp = new WakeUp(options.clock);
  }

  /** Names of those who listen now. */
  get listeners(): readonly string[] {
    return this.names;
  }

  /** Takes the list of listeners from a heartbeat's answer. */
  take(names: readonly string[]): void {
    if (names.join('\n') === this.names.join('\n')) return;
    const isFirst = this.names.length === 0;
    this.names = [...names];
    this.options.events.emit('listeners', { names: this.names });
    if (names.length === 0) this.session.abort();
    else if (isFirst) this.wakeUp.wake();
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.names.length === 0) await this.wakeUp.wait(IDLE_MS, signal);
      if (this.names.length === 0 || signal.aborted) continue;
      this.session = new AbortController();
      await this.send(AbortSignal.any([signal, this.session.signal]));
      // `send` returned without an abort, so the cloud refused a segment because nobody listens any more. After an
      // abort, the newest heartbeat has set the listeners.
      if (!this.session.signal.aborted) this.take([]);
    }
  }

  private async send(signal: AbortSignal): Promise<void> {
    const { rings, clock, events, isUrgent } = this.options;
    const cutter = new SegmentCutter(rings());
    let isFailing = false;
    while (!signal.aborted) {
      const samples = isUrgent() ? null : cutter.next();
      if (!samples) {
        await pause(clock, LOOK_MS, signal);
        continue;
      }
      try {
        if (!(await this.sendOne(writeWav(samples), signal))) return;
        isFailing = false;
      } catch (thrown) {
        if (signal.aborted) return;
        if (!isFailing) events.emit('problem', asEarshotError(thrown, 'UNREACHABLE', 'live sound'));
        isFailing = true;
        await pause(clock, RETRY_MS, signal);
      }
    }
  }

  /** Returns false when nobody listens any more. */
  private async sendOne(bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    const { client } = this.options;
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_WITHIN_MS)]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const upload = await client.addSegment({ sha256, bytes: bytes.length }, inTime);
    if (upload) await client.upload(upload, bytes, 1, inTime);
    return upload !== null;
  }
}
