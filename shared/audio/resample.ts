import { EarshotError } from '../errors.ts';
import { PolyphaseFilter } from './polyphase.ts';
import { MAX_CHANNELS, MAX_RATE, MIN_RATE } from './wav-header.ts';

const OUT_RATE = 16_000;
/**
 * From this input rate on, the resampler halves the rate first with a short filter, which saves more work than it
 * costs.
 */
const LOWEST_HALVED_RATE = 22_050;

/**
 * Converts any rate and channel count to 16 kHz mono, as a stream. Output sample k lies at k / 16000 s of the input; n
 * samples give ceil(n * 16000 / rate), and the chunk sizes do not change the output. The response is flat to 7 kHz (7/8
 * of the lower Nyquist frequency); aliases are attenuated by at least 60 dB. 16 kHz mono passes through as the very
 * same array.
 */
export class Resampler16k {
  private readonly channels: number;
  private readonly stages: PolyphaseFilter[] = [];
  /** Samples of an unfinished interleaved frame, whose other channels come with the next chunk. */
  private carry: Float32Array = new Float32Array(0);
  private readonly sampleRate: number;
  private taken = 0;
  private given = 0;

  constructor(sampleRate: number, channels: number) {
    if (!Number.isInteger(sampleRate) || sampleRate < MIN_RATE || sampleRate > MAX_RATE) {
      throw new EarshotError('AUDIO_FORMAT', `The sample rate is ${sampleRate} Hz.`);
    }
    if (!Number.isInteger(channels) || channels < 1 || channels > MAX_CHANNELS) {
      throw new EarshotError('AUDIO_FORMAT', `The channel count is ${channels}.`);
    }
    this.channels = channels;
    this.sampleRate = sampleRate;
    let inRate = sampleRate;
    while (inRate % 2 === 0 && inRate / 2 >= LOWEST_HALVED_RATE) {
      const outRate = inRate / 2;
      // The first stage must remove only what would alias into the band that the last stage keeps.
      this.stages.push(new PolyphaseFilter({ inRate, outRate, passHz: 7_000, stopHz: outRate - OUT_RATE / 2 }));
      inRate = outRate;
    }
    if (inRate !== OUT_RATE) {
      const stopHz = Math.min(inRate, OUT_RATE) / 2;
      this.stages.push(new PolyphaseFilter({ inRate, outRate: OUT_RATE, passHz: (7 / 8) * stopHz, stopHz }));
    }
  }

  /** Takes interleaved samples, or one array per channel. */
  push(samples: Float32Array | readonly Float32Array[]): Float32Array {
    const mono = samples instanceof Float32Array ? this.mixInterleaved(samples) : this.mixPlanar(samples);
    const out = this.stages.reduce((signal, stage) => stage.push(signal), mono);
    this.taken += mono.length;
    this.given += out.length;
    return out;
  }

  /** Returns the samples that were waiting for more input. Do not use the resampler afterwards. */
  flush(): Float32Array {
    let tail: Float32Array = new Float32Array(0);
    for (const stage of this.stages) tail = joined(stage.push(tail), stage.flush());
    // Each stage rounds its length up, so the stages together may give one sample too many.
    return tail.subarray(0, Math.ceil((this.taken * OUT_RATE) / this.sampleRate) - this.given);
  }

  private mixInterleaved(samples: Float32Array): Float32Array {
    const { channels } = this;
    if (channels === 1) return samples;
    const all = this.carry.length === 0 ? samples : joined(this.carry, samples);
    const mono = new Float32Array(Math.floor(all.length / channels));
    for (let frame = 0, i = 0; frame < mono.length; frame++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) sum += all[i++] as number;
      mono[frame] = sum / channels;
    }
    this.carry = all.slice(mono.length * channels);
    return mono;
  }

  private mixPlanar(planes: readonly Float32Array[]): Float32Array {
    const lengths = new Set(planes.map((plane) => plane.length));
    if (planes.length !== this.channels || lengths.size !== 1) {
      throw new EarshotError(
        'AUDIO_FORMAT',
        `${planes.length} channels of ${[...lengths].join(' and ')} samples; ${this.channels} of equal length were expected.`,
      );
    }
    const [first] = planes as [Float32Array];
    if (planes.length === 1) return first;
    const mono = new Float32Array(first.length);
    for (let i = 0; i < mono.length; i++) {
      let sum = 0;
      for (const plane of planes) sum += plane[i] as number;
      mono[i] = sum / planes.length;
    }
    return mono;
  }
}

/** Resamples a whole recording at once. */
export function to16kMono(
  samples: Float32Array | readonly Float32Array[],
  sampleRate: number,
  channels: number,
): Float32Array {
  const resampler = new Resampler16k(sampleRate, channels);
  return joined(resampler.push(samples), resampler.flush());
}

function joined(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
