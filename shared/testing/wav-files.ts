/** Makes WAV files, byte by byte, as other programs write them, for tests of the reader. */
export interface WavParts {
  tag?: number;
  channels?: number;
  sampleRate?: number;
  bits?: number;
  blockBytes?: number;
  /** When given, the header is extensible and has this sub-format tag. */
  subformat?: number;
  /** Chunks to insert between `fmt ` and `data`. */
  before?: Uint8Array[];
  after?: Uint8Array[];
  data: Uint8Array;
  dataSize?: number;
  riffSize?: number;
  magic?: string;
}

const SUBFORMAT_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

export function uint(value: number, bytes: 2 | 4): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A chunk, followed by a pad byte when its body has an odd length. */
export function chunk(name: string, body: Uint8Array, size = body.length): Uint8Array {
  return concat(ascii(name), uint(size, 4), body, new Uint8Array(body.length % 2));
}

export function wavFile(parts: WavParts): Uint8Array<ArrayBuffer> {
  const { channels = 1, sampleRate = 16_000, bits = 16, subformat, before = [], after = [], data } = parts;
  const tag = parts.tag ?? (subformat === undefined ? 1 : 0xfffe);
  const blockBytes = parts.blockBytes ?? channels * Math.ceil(bits / 8);
  const plain = [
    uint(tag, 2),
    uint(channels, 2),
    uint(sampleRate, 4),
    uint((sampleRate * blockBytes) % 2 ** 32, 4),
    uint(blockBytes, 2),
    uint(bits, 2),
  ];
  const extension =
    subformat === undefined
      ? []
      : [uint(22, 2), uint(bits, 2), uint(0, 4), uint(subformat, 2), Uint8Array.from(SUBFORMAT_TAIL)];
  const body = concat(
    chunk('fmt ', concat(...plain, ...extension)),
    ...before,
    chunk('data', data, parts.dataSize ?? data.length),
    ...after,
  );
  return concat(ascii(parts.magic ?? 'RIFF'), uint(parts.riffSize ?? body.length + 4, 4), ascii('WAVE'), body);
}
