export interface Recording {
  samples: Float32Array;
  sampleRate: number;
}

/**
 * Reads clips in the only format that the API allows: PCM WAV, 16 bit, mono. The browser's decodeAudioData is not used,
 * because it resamples to the sound card's rate and the picture needs the recorded samples.
 */
export function readWav(bytes: ArrayBuffer): Recording {
  const view = new DataView(bytes);
  const tag = (at: number) => String.fromCharCode(...new Uint8Array(bytes, at, 4));
  if (bytes.byteLength < 44 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new Error('not a WAV file');
  let sampleRate = 0;
  for (let at = 12; at + 8 <= bytes.byteLength;) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tag(at) === 'fmt ') {
      const [format, channels, bits] = [
        view.getUint16(body, true),
        view.getUint16(body + 2, true),
        view.getUint16(body + 14, true),
      ];
      if (format !== 1 || channels !== 1 || bits !== 16)
        throw new Error(`not 16-bit mono PCM: ${format}/${channels}/${bits}`);
      sampleRate = view.getUint32(body + 4, true);
    }
    if (tag(at) === 'data' && sampleRate > 0) {
      const count = Math.floor(Math.min(size, bytes.byteLength - body) / 2);
      const samples = new Float32Array(count);
      for (let i = 0; i < count; i++) samples[i] = view.getInt16(body + i * 2, true) / 32_768;
      return { samples, sampleRate };
    }
    at = body + size + (size % 2); // A chunk with an odd length is followed by a padding byte.
  }
  throw new Error('no sound in the WAV file');
}
