import { describe, expect, test } from '@jest/globals';
import { isKnownPcm, PCM16_MONO, type PcmFormat, PcmStream } from './pcm.ts';

/** The smallest, the middle and the largest value of each format, as bytes and as the expected samples. */
const EXTREMES: [PcmFormat, number[], number[]][] = [
  [{ encoding: 'int', bits: 8, channels: 1 }, [0, 128, 255], [-1, 0, 127 / 128]],
  [PCM16_MONO, [0, 128, 0, 0, 255, 127], [-1, 0, 32_767 / 32_768]],
  [{ encoding: 'int', bits: 24, channels: 1 }, [0, 0, 128, 0, 0, 0, 255, 255, 127], [-1, 0, 1 - 2 ** -23]],
  [{ encoding: 'int', bits: 32, channels: 1 }, [0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0, 64], [-1, 0, 0.5]],
  [
    { encoding: 'float', bits: 32, channels: 1 },
    [...new Uint8Array(new Float32Array([-1, 0, 0.25]).buffer)],
    [-1, 0, 0.25],
  ],
  [
    { encoding: 'float', bits: 64, channels: 1 },
    [...new Uint8Array(new Float64Array([-1, 0, 0.25]).buffer)],
    [-1, 0, 0.25],
  ],
];

describe('PCM bytes that are converted to samples', () => {
  test.each(EXTREMES)('are converted exactly at the extremes of %j', (format, bytes, samples) => {
    expect([...new PcmStream(format).push(Uint8Array.from(bytes))]).toEqual(samples.map(Math.fround));
  });

  test('give the same samples in chunks of any size, wherever a chunk begins in memory', () => {
    const bytes = Uint8Array.from({ length: 48 }, (_, n) => (n * 37) % 256);
    const format: PcmFormat = { ...PCM16_MONO, channels: 3 };
    const whole = [...new PcmStream(format).push(bytes)];
    for (let size = 1; size <= 13; size++) {
      const stream = new PcmStream(format);
      const pieces: number[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        const samples = stream.push(bytes.subarray(at, at + size));
        expect(samples.length % 3).toBe(0);
        pieces.push(...samples);
      }
      expect(pieces).toEqual(whole);
    }
  });

  test('wait in an unfinished frame until its remaining bytes have arrived', () => {
    const stream = new PcmStream(PCM16_MONO);
    expect(stream.push(Uint8Array.of(0))).toHaveLength(0);
    expect([...stream.push(Uint8Array.of(64))]).toEqual([0.5]);
  });

  test('give the same samples when the array of the last chunk is reused', () => {
    const stream = new PcmStream(PCM16_MONO, { reuse: true });
    const first = stream.push(Uint8Array.of(0, 64, 0, 32, 0, 16));
    expect([...first]).toEqual([0.5, 0.25, 0.125]);
    expect([...stream.push(Uint8Array.of(0, 192))]).toEqual([-0.5]);
    expect([...first]).toEqual([-0.5, 0.25, 0.125]);
    expect(stream.push(new Uint8Array(20))).toHaveLength(10);
  });

  test('are refused in a format that no program writes', () => {
    expect(isKnownPcm({ encoding: 'int', bits: 12 })).toBe(false);
    expect(() => new PcmStream({ encoding: 'float', bits: 16, channels: 1 })).toThrow('16-bit float samples');
  });
});
