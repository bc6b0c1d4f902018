import { systemClock } from '@earshot/shared/clock.ts';
import { PcmTo16k } from '@earshot/device/audio/pcm-to-16k.ts';
import type { AudioBlock, AudioSource } from '@earshot/device/audio/source.ts';
import type { Detection } from '@earshot/device/detect/detection.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import type { Network } from '@earshot/device/network/network.ts';
import { Listener } from '@earshot/device/listening/listener.ts';

/** A quarter of a second: the chunk size of our recorders. */
const CHUNK_BYTES = 8_000;

/** A microphone whose bytes the caller supplies. */
class BytesSource implements AudioSource {
  readonly name = 'bench';
  readonly live = false;
  readonly trouble = null;
  private readonly pcm = new PcmTo16k({ rate: 16_000, channels: 1 });
  private atSample = 0;
  private bytes: Buffer = Buffer.alloc(0);

  restart(): void {
    //     // There is no device to open.
  }

  give(bytes: Buffer): void {
    this.bytes = bytes;
  }

  async *start(): AsyncGenerator<AudioBlock> {
    for (let from = 0; from < this.bytes.length; from += CHUNK_BYTES) {
      const samples = this.pcm.push(this.bytes.subarray(from, from + CHUNK_BYTES));
      yield { samples, atSample: this.atSample, gapBefore: 0 };
      this.atSample += samples.length;
    }
  }
}

/**
 * The whole path of one microphone, made of the daemon's own parts: bytes to samples, ring buffer, health, energy gate,
 * front end, network, decisions.
 */
export class Path {
  readonly candidates: { label: string; atS: number }[] = [];
  private readonly source = new BytesSource();
  private readonly listener: Listener;

  constructor(network: Network, gate: boolean) {
    const events = {
      detected: async (_: Listener, detection: Detection) => {
        if (detection.type === 'candidate')
          this.candidates.push({ label: detection.label, atS: detection.startSample / 16_000 });
      },
      nearMiss: () => undefined,
      second: () => undefined,
      health: () => undefined,
      problem: (thrown: unknown) => {
        throw thrown;
      },
    };
    this.listener = new Listener(this.source, network, listenToAll(network.labels, 'medium', gate), events, () =>
      systemClock.nowMs(),
    );
  }

  /** Processes the bytes. Returns the milliseconds of CPU time that this took. */
  async hear(bytes: Buffer): Promise<number> {
    this.source.give(bytes);
    const before = cpuMs();
    await this.listener.processAll(new AbortController().signal);
    return cpuMs() - before;
  }

  get sleptRatio(): number {
    return this.listener.sleptRatio;
  }
}

export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export function bytesOf(samples: Float32Array): Buffer {
  const pcm = Int16Array.from(samples, (x) => Math.max(-32_768, Math.min(32_767, Math.round(x * 32_768))));
  return Buffer.from(pcm.buffer);
}
