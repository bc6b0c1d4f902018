/** Recognises a format by its first bytes, because corpora contain many files with a wrong extension. */
export type CompressedFormat = 'flac' | 'opus' | 'vorbis' | 'mp3';
export type AudioFormat = 'wav' | CompressedFormat | 'other';

const text = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

export function sniffFormat(head: Uint8Array): AudioFormat {
  const magic = text(head, 0, 4);
  if ((magic === 'RIFF' || magic === 'RF64') && text(head, 8, 4) === 'WAVE') return 'wav';
  if (magic === 'fLaC') return 'flac';
  if (magic === 'OggS') {
    // In an Ogg page, the first packet follows the header (27 bytes) and the segment table (one byte per segment; RFC
    // 3533).
    const packet = 27 + (head[26] ?? 0);
    if (text(head, packet, 8) === 'OpusHead') return 'opus';
    if (text(head, packet + 1, 6) === 'vorbis') return 'vorbis';
    return 'other';
  }
  if (text(head, 0, 3) === 'ID3') return 'mp3';
  // An MPEG audio frame begins with 11 sync bits. The layer bits are 01 for MP3 (layer III), and 00 for AAC (ADTS),
  // which ffmpeg reads.
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0 && ((head[1] ?? 0) & 0x06) === 0x02) return 'mp3';
  return 'other';
}
