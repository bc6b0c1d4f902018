import { describe, expect, test } from '@jest/globals';
import { seededRandom, sine, whiteNoise } from '../testing/noise.ts';
import { rmsDbfs } from './level.ts';
import { Resampler16k, to16kMono } from './resample.ts';

const RATES = [
  8_000, 11_025, 12_000, 22_050, 24_000, 32_000, 37_999, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000, 384_000,
];

/** Leaves out both ends of the recording, where the tone begins and stops. */
const middle = (samples: Float32Array) => samples.subarray(500, samples.length - 500);

describe.each(RATES)('resampling from %i Hz to 16 kHz', (rate) => {
  const passHz = (7 / 8) * Math.min(8_000, rate / 2);

  test.each([0.05, 0.5, 0.99])(
    'keeps the time and the level of a tone at %p of the highest passed frequency',
    (part) => {
      const hz = Math.round(part * passHz);
      const out = to16kMono(sine(rate / 4, hz, 0.5, rate), rate, 1);
      const ideal = sine(out.length, hz, 0.5);
      const error = middle(out.map((x, i) => x - (ideal[i] as number)));
      expect(rmsDbfs(error)).toBeLessThan(rmsDbfs(ideal) - 50);
    },
  );

  if (rate > 16_000) {
    test('attenuates frequencies that would alias by at least 60 dB', () => {
      for (const hz of [8_000, 8_300, 0.2 * rate, 0.33 * rate, 0.41 * rate, rate / 2 - 8_000, rate / 2 - 100]) {
        if (hz < 8_000 || hz >= rate / 2) continue;
        expect(rmsDbfs(middle(to16kMono(sine(rate / 8, hz, 1, rate), rate, 1)))).toBeLessThan(-63);
      }
    });
  }

  test('loses and adds no sample: n samples give ceil(n * 16000 / rate)', () => {
    for (const n of [0, 1, 2, 500, 9_999]) {
      expect(to16kMono(new Float32Array(n), rate, 1).length).toBe(Math.ceil((n * 16_000) / rate));
    }
  });

  test('keeps a click in the last millisecond', () => {
    const samples = new Float32Array(rate / 10);
    samples.fill(1, samples.length - Math.ceil(rate / 2_000));
    const out = to16kMono(samples, rate, 1);
    expect(out[out.length - 3]).toBeGreaterThan(0.8);
  });

  test('gives bit-identical output for chunks of any size', () => {
    const samples = whiteNoise(6_000, 0.3, rate);
    const whole = to16kMono(samples, rate, 1);
    const random = seededRandom(rate);
    for (const largest of [30, 5_000]) {
      const resampler = new Resampler16k(rate, 1);
      const out: number[] = [];
      for (let at = 0; at < samples.length;) {
        const length = Math.floor(random() * largest);
        out.push(...resampler.push(samples.subarray(at, at + length)));
        at += length;
      }
      out.push(...resampler.flush());
      expect(Float32Array.from(out)).toEqual(whole);
    }
  });
});

test('resampling keeps the value of a constant signal', () => {
  for (const rate of RATES) {
    const out = middle(to16kMono(new Float32Array(rate / 8).fill(0.5), rate, 1));
    expect(Math.max(...out) - 0.5).toBeLessThan(1e-4);
    expect(0.5 - Math.min(...out)).toBeLessThan(1e-4);
  }
});

test('resampling from 8 kHz to 16 kHz adds no tone above 4 kHz', () => {
  const out = to16kMono(sine(8_000, 3_000, 0.5, 8_000), 8_000, 1);
  const image = middle(out).reduce((sum, x, i) => sum + x * Math.sin((2 * Math.PI * 5_000 * (i + 500)) / 16_000), 0);
  expect((2 * Math.abs(image)) / out.length).toBeLessThan(0.5e-3);
});

test('sound that is 16 kHz mono already is returned as the very same array', () => {
  const samples = whiteNoise(100, 0.1, 1);
  expect(new Resampler16k(16_000, 1).push(samples)).toBe(samples);
});

test('channels are averaged, whether they are interleaved in chunks of any size or come as one array each', () => {
  const [left, right] = [whiteNoise(3_000, 0.1, 1), whiteNoise(3_000, 0.1, 2)];
  const mono = left.map((x, i) => (x + (right[i] as number)) / 2);
  const interleaved = Float32Array.from({ length: 6_000 }, (_, i) => (i % 2 === 0 ? left : right)[i >> 1] as number);
  expect(new Resampler16k(16_000, 2).push([left, right])).toEqual(mono);
  const resampler = new Resampler16k(16_000, 2);
  const cut = [resampler.push(interleaved.subarray(0, 1_001)), resampler.push(interleaved.subarray(1_001))];
  expect(Float32Array.from(cut.flatMap((part) => [...part]))).toEqual(mono);
});

test.each([
  [0, 1, /0 Hz/],
  [400_000, 1, /400000 Hz/],
  [44_100.5, 1, /44100.5 Hz/],
  [16_000, 0, /count is 0/],
  [16_000, 65_535, /count is 65535/],
])('refuses a rate of %p Hz with %p channels', (rate, channels, message) => {
  expect(() => new Resampler16k(rate, channels)).toThrow(message);
});

test('refuses arrays of different lengths, and a number of arrays that is not the number of channels', () => {
  expect(() => new Resampler16k(16_000, 2).push([new Float32Array(3), new Float32Array(4)])).toThrow(/3 and 4 samples/);
});
