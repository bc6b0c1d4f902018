import { EarshotError } from '../errors.ts';
import { requireFinite } from './finite.ts';
import { PcmStream } from './pcm.ts';
import { type WavHeader, WavHeaderReader } from './wav-header.ts';

/** Report missing sound only from this length on: some writers announce a few samples more than they write. */
const LEAST_MISSING_S = 0.1;

/** Reads a WAV file or pipe of any length, in chunks of any size. Keeps at most one unfinished frame in memory. */
export class WavStream {
  private readonly reader = new WavHeaderReader();
  private pcm: PcmStream | null = null;
  private leftBytes = Infinity;
  private headerBytes = 0;
  private frames = 0;

  /** Null until the header has been read. */
  get header(): WavHeader | null {
    return this.reader.header;
  }

  /** Returns the next samples, interleaved, in whole frames; empty while the header is not complete. */
  push(bytes: Uint8Array): Float32Array<ArrayBuffer> {
    let data = bytes;
    if (!this.pcm) {
      const used = this.reader.push(bytes);
      this.headerBytes += used;
      const { header } = this.reader;
      if (!header) return new Float32Array(0);
      this.pcm = new PcmStream(header);
      this.leftBytes = header.dataBytes ?? Infinity;
      data = bytes.subarray(used);
    }
    if (data.length > this.leftBytes) data = data.subarray(0, this.leftBytes);
    this.leftBytes -= data.length;
    const samples = this.pcm.push(data);
    // No check for NaN: integer samples are always finite.
    if (this.header?.encoding === 'float') requireFinite(samples);
    this.frames += samples.length / (this.header?.channels ?? 1);
    return samples;
  }

  /**
   * Continues at another frame of the file. Call it after the header was read. Returns the position in the file of the
   * next byte to push.
   */
  seekTo(frame: number): number {
    const { header, headerBytes } = this;
    if (!header) throw new EarshotError('AUDIO_UNREADABLE', 'The header has not been read yet.');
    const skippedBytes = (frame * header.channels * header.bits) / 8;
    this.pcm = new PcmStream(header);
    this.leftBytes = Math.max(0, (header.dataBytes ?? Infinity) - skippedBytes);
    return headerBytes + skippedBytes;
  }

  /**
   * Call it when the bytes end. Says how much of the sound that the header announces is missing. Null: nothing is
   * missing, or the writer did not know the length.
   */
  cutOff(): EarshotError | null {
    const { header, leftBytes, frames } = this;
    if (!header || leftBytes === Infinity) return null;
    const missingS = (8 * leftBytes) / (header.channels * header.bits) / header.sampleRate;
    if (missingS < LEAST_MISSING_S) return null;
    const presentS = frames / header.sampleRate;
    return new EarshotError(
      'AUDIO_CUT_OFF',
      `Its header announces ${(presentS + missingS).toFixed(2)} s, but the file ends after ${presentS.toFixed(2)} s.`,
    );
  }

  /** Call it when the bytes end. Throws an error with the reason if the file had no samples. */
  end(): void {
    if (!this.header) throw new EarshotError('AUDIO_UNREADABLE', 'The file ends before its samples begin.');
    if (this.frames === 0) throw new EarshotError('AUDIO_EMPTY', 'The header is intact, but nothing follows it.');
  }
}
