import { PcmStream } from '@earshot/shared/audio/pcm.ts';
import { Resampler16k } from '@earshot/shared/audio/resample.ts';

/** The default format: signed 16-bit little-endian samples, interleaved. Every recorder can write it. */
export interface PcmFormat {
  rate: number;
  channels: number;
}

/**
 * Converts raw PCM of any rate and channel count, in chunks of any size, to 16 kHz mono. Each push may overwrite the
 * samples that the previous push returned.
 */
export class PcmTo16k {
  private readonly format: PcmFormat;
  private pcm!: PcmStream;
  private resampler!: Resampler16k;

  constructor(format: PcmFormat) {
    this.format = format;
    this.reset();
  }

  push(bytes: Uint8Array): Float32Array {
    return this.resampler.push(this.pcm.push(bytes));
  }

  /** Returns the samples that the resampler still holds. Call it when the sound has ended. */
  flush(): Float32Array {
    return this.resampler.flush();
  }

  /** Drops an incomplete frame and the filter's state. Call it before another recording follows. */
  reset(): void {
    const { rate, channels } = this.format;
    this.resampler = new Resampler16k(rate, channels);
    this.pcm = new PcmStream({ encoding: 'int', bits: 16, channels }, { reuse: true });
  }
}
