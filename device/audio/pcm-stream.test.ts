import { PcmStream } from './pcm-stream.ts';

const bytesOf = (...samples: number[]) => Buffer.from(Int16Array.from(samples).buffer);

describe('PcmStream', () => {
  test('reads 16-bit samples as -1..1', () => {
    expect([...new PcmStream({ rate: 16_000, channels: 1 }).push(bytesOf(0, 16_384, -32_768))]).toEqual([0, 0.5, -1]);
  });

  test('averages channels', () => {
    const stream = new PcmStream({ rate: 16_000, channels: 2 });
    expect([...stream.push(bytesOf(16_384, 0, -16_384, -16_384))]).toEqual([0.25, -0.5]);
  });

  test('gives the same samples however the bytes are cut', () => {
    const bytes = bytesOf(...Array.from({ length: 999 }, (_, i) => i * 30 - 15_000));
    const whole = [...new PcmStream({ rate: 48_000, channels: 3 }).push(bytes)];
    for (const step of [1, 2, 5, 7, 64]) {
      const stream = new PcmStream({ rate: 48_000, channels: 3 });
      const cut: number[] = [];
      for (let at = 0; at < bytes.length; at += step) cut.push(...stream.push(bytes.subarray(at, at + step)));
      expect(cut).toEqual(whole);
    }
  });

  test('refuses absurd formats with the value', () => {
    expect(() => new PcmStream({ rate: 16_000, channels: 0 })).toThrow('0 channels');
    expect(() => new PcmStream({ rate: 5, channels: 1 })).toThrow('5 Hz');
  });
});
