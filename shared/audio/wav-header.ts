import { EarshotError } from '../errors.ts';
import { isKnownPcm, type PcmFormat } from './pcm.ts';

export interface WavHeader extends PcmFormat {
  sampleRate: number;
  /**
   * Null: the writer did not know the size, because it wrote to a pipe. Then the samples continue to the end of the
   * file.
   */
  dataBytes: number | null;
}

export const MAX_CHANNELS = 32;
export const MIN_RATE = 1_000;
export const MAX_RATE = 384_000;

const PCM = 0x0001;
const FLOAT = 0x0003;
const EXTENSIBLE = 0xfffe;
/**
 * The last 14 bytes of the GUIDs PCM_SUBFORMAT and IEEE_FLOAT_SUBFORMAT. The first two bytes of these GUIDs are the
 * plain format tag.
 */
const SUBFORMAT_TAIL = '000000001000800000aa00389b71';
/**
 * Longer chunks are refused. The longest `fmt ` chunk that any program writes has 40 bytes; the longest `ds64` chunk
 * has 28 bytes and a small table.
 */
const LONGEST_KEPT_CHUNK = 4_096;

/**
 * Finds where the samples start in bytes that come in chunks. Skips the chunks of the file that it does not need
 * without storing them, so a header of any length costs no memory. Ignores the RIFF size, which pipes, recorders that
 * lost power and files over 4 GB all have wrong.
 */
export class WavHeaderReader {
  /** Null until the header has been read to its end. */
  header: WavHeader | null = null;
  private state: 'riff' | 'chunk' | 'body' | 'skip' = 'riff';
  private wanted = 12;
  private readonly kept = new Uint8Array(LONGEST_KEPT_CHUNK);
  private filled = 0;
  private chunk = '';
  private chunkBytes = 0;
  private format: Omit<WavHeader, 'dataBytes'> | null = null;
  private dataBytes64: number | null = null;

  /** Takes the next bytes. Returns how many of them belong to the header; the rest are samples. */
  push(bytes: Uint8Array): number {
    let at = 0;
    while (this.header === null && at < bytes.length) {
      const take = Math.min(this.wanted - this.filled, bytes.length - at);
      if (this.state !== 'skip') this.kept.set(bytes.subarray(at, at + take), this.filled);
      at += take;
      this.filled += take;
      if (this.filled === this.wanted) this.step();
    }
    return at;
  }

  private step(): void {
    const view = new DataView(this.kept.buffer);
    if (this.state === 'riff') {
      if (!['RIFF', 'RF64', 'BW64'].includes(text(view, 0)) || text(view, 8) !== 'WAVE') {
        throw new EarshotError('AUDIO_UNREADABLE', 'The file does not begin like a WAV file.');
      }
      this.expect('chunk', 8);
    } else if (this.state === 'chunk') {
      this.chunk = text(view, 0);
      this.chunkBytes = view.getUint32(4, true);
      this.openChunk();
    } else {
      if (this.state === 'body') this.readBody(view);
      this.expect('chunk', 8);
    }
  }

  private openChunk(): void {
    const { chunk, chunkBytes } = this;
    // Chunks are padded to an even length.
    const padded = chunkBytes + (chunkBytes % 2);
    if (chunk === 'data') {
      if (!this.format) throw new EarshotError('AUDIO_UNREADABLE', 'The samples come before their format.');
      this.header = { ...this.format, dataBytes: this.dataBytes64 ?? knownSize(chunkBytes) };
    } else if (chunk === 'fmt ' || chunk === 'ds64') {
      if (padded > LONGEST_KEPT_CHUNK)
        throw new EarshotError('AUDIO_UNREADABLE', `The "${chunk}" chunk claims to have ${chunkBytes} bytes.`);
      this.expect('body', padded);
    } else {
      this.expect('skip', padded);
    }
    if (this.wanted === 0) this.expect('chunk', 8);
  }

  private readBody(view: DataView): void {
    if (this.chunk === 'fmt ') this.format = readFormat(view, this.chunkBytes);
    else if (this.chunkBytes >= 16) {
      const size = Number(view.getBigUint64(8, true));
      this.dataBytes64 = size === 0 || size > Number.MAX_SAFE_INTEGER ? null : size;
    }
  }

  private expect(state: WavHeaderReader['state'], bytes: number): void {
    this.state = state;
    this.wanted = bytes;
    this.filled = 0;
  }
}

/**
 * Sizes that programs write when they do not know the size: ffmpeg (0xFFFFFFFF), sox (0x7FFFF000), arecord (0x7FFFFFFF)
 * and crashed recorders (0).
 */
function knownSize(bytes: number): number | null {
  const unknown = bytes === 0 || bytes >= 0xfffff000 || (bytes >= 0x7ffff000 && bytes <= 0x80000000);
  return unknown ? null : bytes;
}

function readFormat(view: DataView, bytes: number): Omit<WavHeader, 'dataBytes'> {
  if (bytes < 16)
    throw new EarshotError('AUDIO_UNREADABLE', `The "fmt " chunk has ${bytes} bytes, but at least 16 are needed.`);
  const tag = view.getUint16(0, true);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const blockBytes = view.getUint16(12, true);
  const declaredBits = view.getUint16(14, true);
  const subformat = tag === EXTENSIBLE ? extensibleTag(view, bytes) : tag;
  if (subformat !== PCM && subformat !== FLOAT) {
    throw new EarshotError(
      'AUDIO_FORMAT',
      `The format tag is 0x${subformat.toString(16).padStart(4, '0')}, which is neither PCM nor float.`,
    );
  }
  if (channels < 1 || channels > MAX_CHANNELS)
    throw new EarshotError('AUDIO_FORMAT', `The header declares ${channels} channels.`);
  if (sampleRate < MIN_RATE || sampleRate > MAX_RATE)
    throw new EarshotError('AUDIO_FORMAT', `The header declares ${sampleRate} Hz.`);
  // A sample of 20 bits lies in the upper bits of a container of 24 bits, so reading it as a sample of 24 bits gives
  // the right value.
  const bits = Math.ceil(declaredBits / 8) * 8;
  const format = { encoding: subformat === FLOAT ? 'float' : 'int', bits, channels, sampleRate } as const;
  if (!isKnownPcm(format))
    throw new EarshotError('AUDIO_FORMAT', `The header declares ${declaredBits}-bit ${format.encoding} samples.`);
  if (blockBytes !== (channels * bits) / 8) {
    throw new EarshotError(
      'AUDIO_UNREADABLE',
      `The header declares ${blockBytes} bytes for ${channels} samples of ${declaredBits} bits.`,
    );
  }
  return format;
}

function extensibleTag(view: DataView, bytes: number): number {
  if (bytes < 40)
    throw new EarshotError('AUDIO_UNREADABLE', `The extensible "fmt " chunk has ${bytes} bytes, but 40 are needed.`);
  const tail = Array.from({ length: 14 }, (_, i) =>
    view
      .getUint8(26 + i)
      .toString(16)
      .padStart(2, '0'),
  ).join('');
  return tail === SUBFORMAT_TAIL ? view.getUint16(24, true) : EXTENSIBLE;
}

const text = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
