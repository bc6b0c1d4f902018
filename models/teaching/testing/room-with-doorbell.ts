import { setTimeout as sleep } from 'node:timers/promises';
import { SAMPLE_RATE, type AudioBlock, type AudioSource } from '@earshot/device/audio/source.ts';
import { doorbell } from '@earshot/shared/testing/doorbell.ts';
import { seededRandom } from '@earshot/shared/testing/noise.ts';

const BLOCK = SAMPLE_RATE / 4;
/**
 * With a block every 30 ms the sound passes about eight times as fast as from a microphone. A busy device reads more
 * slowly.
 */
const BLOCK_MS = 30;

/** A quiet room. While `isRinging` is true, the doorbell rings again and again, with a different loudness each time. */
export class RoomWithDoorbell implements AudioSource {
  readonly name = 'mic';
  /** The recording is read faster than a microphone delivers. */
  readonly live = false;
  readonly trouble = null;
  isRinging = false;
  /** How often the doorbell has rung. */
  rings = 0;
  /**
   * Seconds between the starts of two rings. With the default, any six seconds (the length of an example) contain a
   * whole ring of 1.6 s.
   */
  everyS = 4;
  private readonly bell = doorbell();
  private readonly random = seededRandom(18);
  private at = 0;
  private strength = 0;

  restart(): void {
    // There is no driver to restart.
  }

  async *start(signal: AbortSignal): AsyncGenerator<AudioBlock> {
    for (let atSample = 0; !signal.aborted; atSample += BLOCK) {
      yield { samples: Float32Array.from({ length: BLOCK }, () => this.next()), atSample, gapBefore: 0 };
      await sleep(BLOCK_MS);
    }
  }

  private next(): number {
    const noise = 0.002 * (this.random() - 0.5);
    this.at = (this.at + 1) % (this.everyS * SAMPLE_RATE);
    if (this.at === 0) {
      this.strength = this.isRinging ? 0.3 + 0.2 * this.random() : 0;
      if (this.isRinging) this.rings++;
    }
    return noise + this.strength * (this.bell[this.at] ?? 0);
  }
}
