import wavDecoder from 'wav-decoder';
import { EarshotError } from '../errors.ts';
import { requireFinite } from './finite.ts';
import { PCM16_MONO, PcmStream } from './pcm.ts';
import { type WavHeader, WavHeaderReader } from './wav-header.ts';

export interface Wav {
  sampleRate: number;
  /** One array of samples per channel; full scale is 1. */
  channels: Float32Array<ArrayBuffer>[];
}

/** The most bytes that are read at once. Longer files are read with WavStream, whose memory does not grow. */
const MAX_BYTES = 256 * 2 ** 20;

/**
 * Reads a whole WAV file. wav-decoder converts the samples, but gets a plain header that is written here. With the
 * headers of real programs it fails, misreads samples or takes gigabytes of memory (see the tests next to this file).
 */
export function readWav(bytes: Uint8Array): Wav {
  if (bytes.length > MAX_BYTES) {
    throw new EarshotError(
      'AUDIO_FORMAT',
      `The file has ${bytes.length} bytes; at most ${MAX_BYTES} are read at once.`,
    );
  }
  const reader = new WavHeaderReader();
  const dataAt = reader.push(bytes);
  if (!reader.header) throw new EarshotError('AUDIO_UNREADABLE', `The header is cut off after ${bytes.length} bytes.`);
  const { header } = reader;
  const frameBytes = (header.channels * header.bits) / 8;
  const present = bytes.length - dataAt;
  const declared = header.dataBytes ?? (endsInChunks(bytes, dataAt) ? 0 : present);
  const frames = Math.floor(Math.min(declared, present) / frameBytes);
  if (frames === 0) throw new EarshotError('AUDIO_EMPTY', `The header is intact, but only ${present} bytes follow it.`);
  const data = bytes.subarray(dataAt, dataAt + frames * frameBytes);
  if (isClip(header)) return { sampleRate: header.sampleRate, channels: [new PcmStream(PCM16_MONO).push(data)] };
  const plain = plainWav(header, data);
  // Convert 8-bit samples here: wav-decoder can convert them symmetrically, which would turn silence (128) into a
  // constant offset.
  const { channelData } = wavDecoder.decode.sync(plain, { symmetric: header.bits > 8 });
  channelData.forEach((samples) => {
    if (header.encoding === 'int' && header.bits === 24) repairMinimum(samples);
    if (header.bits === 8) evenOut8Bit(samples);
    requireFinite(samples);
  });
  return { sampleRate: header.sampleRate, channels: channelData };
}

/**
 * The fast path for 16-bit mono, which every device sends. wav-decoder calls a function per sample: 10 s of sound take
 * the verifier 9 ms, a sixth of the whole verdict. A plain loop gives the same numbers in a twentieth of that time.
 */
const isClip = ({ encoding, bits, channels }: WavHeader): boolean =>
  encoding === PCM16_MONO.encoding && bits === PCM16_MONO.bits && channels === PCM16_MONO.channels;

/** wav-decoder returns +1 for the most negative 24-bit value. No other 24-bit value gives +1. */
function repairMinimum(samples: Float32Array): void {
  for (let i = 0; i < samples.length; i++) if (samples[i] === 1) samples[i] = -1;
}

/** wav-decoder divides positive 8-bit values by 127 and negative ones by 128; all other code here divides by 128. */
function evenOut8Bit(samples: Float32Array): void {
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    if (x > 0) samples[i] = Math.round(x * 127) / 128;
  }
}

/**
 * A data size of 0 usually means "unknown". But when whole chunks follow to the very end of the file, the recording is
 * empty.
 */
function endsInChunks(bytes: Uint8Array, from: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = from;
  while (at + 8 <= bytes.length && bytes.subarray(at, at + 4).every((letter) => letter >= 0x20 && letter < 0x7f)) {
    at += 8 + Math.ceil(view.getUint32(at + 4, true) / 2) * 2;
  }
  return at === bytes.length;
}

function plainWav({ encoding, bits, channels, sampleRate }: WavHeader, data: Uint8Array): ArrayBuffer {
  const wav = new ArrayBuffer(44 + data.length);
  writePlainHeader(new DataView(wav), { encoding, bits, channels, sampleRate }, data.length);
  new Uint8Array(wav, 44).set(data);
  return wav;
}

/** Writes the 44-byte header that every program understands. */
export function writePlainHeader(view: DataView, header: Omit<WavHeader, 'dataBytes'>, dataBytes: number): void {
  const { encoding, bits, channels, sampleRate } = header;
  const text = (at: number, word: string) =>
    [...word].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, 'RIFF');
  view.setUint32(4, 36 + dataBytes, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, encoding === 'float' ? 3 : 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, (sampleRate * channels * bits) / 8, true);
  view.setUint16(32, (channels * bits) / 8, true);
  view.setUint16(34, bits, true);
  text(36, 'data');
  view.setUint32(40, dataBytes, true);
}
