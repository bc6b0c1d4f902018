/** CRC-32 of Ogg (RFC 3533): polynomial 0x04c11db7, most significant bit first, starting at 0. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

const HEADER = 27;
const CRC_AT = 22;

/**
 * Checks the pages of an Ogg stream while its bytes are read. The decoders skip damaged pages silently, but half a
 * sound with the label of the whole sound would falsify training and measurements.
 */
export class OggPages {
  private rest: Uint8Array = new Uint8Array(0);

  push(bytes: Uint8Array): void {
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    let at = 0;
    for (let length = pageLength(all, at); length !== null && at + length <= all.length; length = pageLength(all, at)) {
      checkPage(all.subarray(at, at + length));
      at += length;
    }
    this.rest = all.slice(at);
  }

  end(): void {
    if (this.rest.length > 0) throw new Error(`the last Ogg page is cut off after ${this.rest.length} bytes`);
  }
}

/** The length of the page that begins at `at`. Null when its header is not complete yet. */
function pageLength(bytes: Uint8Array, at: number): number | null {
  if (at + HEADER > bytes.length) return null;
  if (String.fromCharCode(...bytes.subarray(at, at + 4)) !== 'OggS')
    throw new Error('a damaged Ogg page: no page begins where it ends');
  const segments = bytes[at + HEADER - 1] as number;
  if (at + HEADER + segments > bytes.length) return null;
  return bytes.subarray(at + HEADER, at + HEADER + segments).reduce((sum, length) => sum + length, HEADER + segments);
}

function checkPage(page: Uint8Array): void {
  const stored = new DataView(page.buffer, page.byteOffset).getUint32(CRC_AT, true);
  let crc = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= CRC_AT && i < CRC_AT + 4 ? 0 : (page[i] as number);
    crc = ((crc << 8) ^ (TABLE[(crc >>> 24) ^ byte] as number)) >>> 0;
  }
  if (crc !== stored) throw new Error('a damaged Ogg page: its checksum does not match');
}
