import { EarshotError } from '@earshot/shared/errors.ts';

/** Signed 16-bit little-endian, interleaved: what every recorder can write. */
export interface PcmFormat {
  rate: number;
  channels: number;
}

const BYTES = 2;
const SCALE = 1 / 32_768;

/** Bytes in any cut to mono floats at the bytes' own rate. */
export class PcmStream {
  private readonly frameBytes: number;
  private readonly channels: number;
  private readonly rest: Buffer;
  private restBytes = 0;
  private mono = new Float32Array(0);

  constructor({ rate, channels }: PcmFormat) {
    if (!(channels >= 1 && channels <= 32)) throw new EarshotError('AUDIO_FORMAT', `${channels} channels`);
    if (!(rate >= 1_000 && rate <= 384_000)) throw new EarshotError('AUDIO_FORMAT', `${rate} Hz`);
    this.channels = channels;
    this.frameBytes = channels * BYTES;
    this.rest = Buffer.alloc(this.frameBytes);
  }

  /** A view that the next call reuses. Half a frame at the end waits for its other half. */
  push(bytes: Buffer): Float32Array {
    const frames = Math.floor((this.restBytes + bytes.length) / this.frameBytes);
    if (this.mono.length < frames) this.mono = new Float32Array(frames);
    let taken = 0;
    let made = 0;
    if (this.restBytes > 0) {
      taken = Math.min(bytes.length, this.frameBytes - this.restBytes);
      bytes.copy(this.rest, this.restBytes, 0, taken);
      this.restBytes += taken;
      if (this.restBytes === this.frameBytes) {
        this.restBytes = 0;
        this.mix(this.rest, 0, 1, made++);
      }
    }
    const whole = Math.floor((bytes.length - taken) / this.frameBytes);
    this.mix(bytes, taken, whole, made);
    const left = taken + whole * this.frameBytes;
    if (left < bytes.length) this.restBytes = bytes.copy(this.rest, 0, left);
    return this.mono.subarray(0, made + whole);
  }

  /** Forgets half a frame: what comes next is another recording. */
  reset(): void {
    this.restBytes = 0;
  }

  private mix(bytes: Buffer, offset: number, frames: number, at: number): void {
    const { mono, channels } = this;
    const samples = int16View(bytes, offset, frames * channels);
    if (channels === 1) {
      for (let i = 0; i < frames; i++) mono[at + i] = samples[i]! * SCALE;
      return;
    }
    for (let i = 0, s = 0; i < frames; i++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += samples[s++]!;
      mono[at + i] = (sum * SCALE) / channels;
    }
  }
}

/** A view where the bytes lie on an even address, else a copy: an Int16Array cannot start on an odd one. */
function int16View(bytes: Buffer, offset: number, count: number): Int16Array {
  const start = bytes.byteOffset + offset;
  if (start % BYTES === 0) return new Int16Array(bytes.buffer, start, count);
  const copy = bytes.buffer.slice(start, start + count * BYTES);
  return new Int16Array(copy);
}
