import { expect, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { readWav } from './wav.ts';

const bytesOf = (wav: Uint8Array): ArrayBuffer => new Uint8Array(wav).buffer;
const ramp = Float32Array.from({ length: 1600 }, (_, at) => (at - 800) / 1000);

test('a WAV file that the device wrote is read sample by sample without a difference', () => {
  const { samples, sampleRate } = readWav(bytesOf(writeWav([ramp], { sampleRate: 16_000 })));
  expect(sampleRate).toBe(16_000);
  expect(samples).toHaveLength(ramp.length);
  for (const at of [0, 400, 800, 1599]) expect(samples[at]).toBeCloseTo(ramp[at]!, 3);
});

test('of a truncated WAV file, the samples that remain are read', () => {
  const wav = writeWav([ramp], { sampleRate: 16_000 });
  expect(readWav(bytesOf(wav.subarray(0, 44 + 200))).samples).toHaveLength(100);
});

test('a file that is not 16-bit mono WAV is refused', () => {
  expect(() => readWav(new ArrayBuffer(100))).toThrow('not a WAV file');
  expect(() => readWav(bytesOf(writeWav([ramp, ramp], { sampleRate: 16_000 })))).toThrow('not 16-bit mono PCM');
});
