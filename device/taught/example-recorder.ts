import { createHash } from 'node:crypto';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import type { Clock } from '@earshot/shared/clock.ts';
import type { RecordOrder } from '@earshot/shared/contracts/device.ts';
import { asEarshotError } from '@earshot/shared/errors.ts';
import { pause } from '@earshot/shared/lifecycle/pause.ts';
import type { Ring } from '../audio/ring.ts';
import { SAMPLE_RATE } from '../audio/source.ts';
import type { AgentEmitter } from '../events.ts';
import type { CloudClient } from '../uplink/cloud-client.ts';

interface ExampleRecorderOptions {
  client: CloudClient;
  rings: () => readonly Ring[];
  events: AgentEmitter;
  clock: Clock;
}

/** Time limit for a recording: a microphone that stopped delivering sound must not block later orders. */
const MOST_WAIT_MS = 30_000;
/** Long enough for 300 KB over a slow line, and not longer, because a member is waiting. */
const UPLOAD_WITHIN_MS = 60_000;

/**
 * Records a few seconds when a member asks for an example of a sound that they teach. The order comes with the answer
 * to a heartbeat.
 */
export class ExampleRecorder {
  private readonly options: ExampleRecorderOptions;
  /** The id of the last order. Several heartbeats repeat an order, but it is run once. */
  private lastId = '';
  private busy: Promise<void> | null = null;

  constructor(options: ExampleRecorderOptions) {
    this.options = options;
  }

  take(order: RecordOrder, signal: AbortSignal): void {
    if (order.id === this.lastId || this.busy) return;
    this.lastId = order.id;
    this.busy = this.record(order, signal)
      .catch((thrown: unknown) => {
        if (!signal.aborted) this.options.events.emit('problem', asEarshotError(thrown, 'UNREACHABLE', 'example'));
      })
      .finally(() => (this.busy = null));
  }

  async settled(): Promise<void> {
    await this.busy;
  }

  /** Records `seconds` seconds from now on, and sends the recording of the loudest microphone. */
  private async record({ id, seconds }: RecordOrder, signal: AbortSignal): Promise<void> {
    const { client, rings, clock } = this.options;
    const begun = rings().map((ring) => ({ ring, from: ring.end }));
    const length = Math.round(seconds * SAMPLE_RATE);
    const until = clock.monotonicMs() + MOST_WAIT_MS;
    while (begun.every(({ ring, from }) => ring.end < from + length) && clock.monotonicMs() < until) {
      await pause(clock, 50, signal);
      signal.throwIfAborted();
    }
    const recorded = begun.map(({ ring, from }) => ring.read(from, Math.min(ring.end, from + length)));
    // Digital silence has no energy, but it is sent: the cloud then tells the member that the device hears nothing.
    const samples = recorded.reduce(
      (a, b) => (a.length === 0 || energyOf(b) > energyOf(a) ? b : a),
      new Float32Array(0),
    );
    const bytes = writeWav(samples);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_WITHIN_MS)]);
    const upload = await client.announceExample(id, { sha256, bytes: bytes.length }, inTime);
    if (!upload) return;
    await client.upload(upload, bytes, 1, inTime);
    await client.exampleStored(id, inTime);
  }
}

const energyOf = (samples: Float32Array): number => samples.reduce((sum, x) => sum + x * x, 0);
