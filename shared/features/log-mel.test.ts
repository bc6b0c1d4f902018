import { describe, expect, test } from '@jest/globals';
import { seededRandom, sine, whiteNoise } from '../testing/noise.ts';
import { DEVICE_FRONT_END, LogMel, type FrontEnd } from './log-mel.ts';
import { frameCount, logMelOf } from './log-mel-of.ts';
import { Meyda } from './meyda.ts';

const VERIFIER_LIKE: FrontEnd = { ...DEVICE_FRONT_END, fftSize: 1024, hopSize: 160, melBands: 96 };

const noise = whiteNoise(16_000, 0.1, 1);

function framesOf(chunks: Float32Array[], frontEnd = DEVICE_FRONT_END) {
  const frames: { mel: Float32Array; power: Float32Array; atSample: number }[] = [];
  const logMel = new LogMel(frontEnd);
  for (const chunk of chunks) {
    logMel.push(chunk, (mel, power, atSample) => frames.push({ mel: mel.slice(), power: power.slice(), atSample }));
  }
  return frames;
}

/** The same mel bands by numerical integration: each band sums its triangle over 50 points of every bin. */
function denseMel(power: Float32Array, { melBands, lowHz, highHz, fftSize, sampleRate, floor }: FrontEnd): number[] {
  const mel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
  const edges = Array.from(
    { length: melBands + 2 },
    (_, k) => 700 * (10 ** ((mel(lowHz) + (k * (mel(highHz) - mel(lowHz))) / (melBands + 1)) / 2595) - 1),
  );
  const gridPerBin = 50;
  return Array.from({ length: melBands }, (_, band) => {
    const [left, centre, right] = edges.slice(band, band + 3) as [number, number, number];
    let weighted = 0;
    let total = 0;
    for (let bin = 0; bin <= fftSize / 2; bin++) {
      for (let g = 0; g < gridPerBin; g++) {
        const hz = ((bin - 0.5 + (g + 0.5) / gridPerBin) * sampleRate) / fftSize;
        const weight = Math.max(0, Math.min((hz - left) / (centre - left), (right - hz) / (right - centre)));
        weighted += weight * (power[bin] as number);
        total += weight;
      }
    }
    return Math.log10(weighted / total + floor);
  });
}

describe('the log-mel front end', () => {
  test.each([512, 1024])("computes Meyda's power spectrum at FFT size %i", (fftSize) => {
    const [first] = framesOf([noise], { ...DEVICE_FRONT_END, fftSize });
    Meyda.bufferSize = fftSize;
    Meyda.sampleRate = 16_000;
    const reference = Meyda.extract('powerSpectrum', noise.slice(0, fftSize)) as unknown as Float32Array;
    expect(reference.length).toBe(fftSize / 2);
    const largest = Math.max(...reference);
    reference.forEach((expected, bin) => {
      expect(Math.abs((first?.power[bin] as number) - expected)).toBeLessThanOrEqual(2e-6 * expected + 1e-9 * largest);
    });
  });

  test.each([
    ['device', DEVICE_FRONT_END],
    ['verifier', VERIFIER_LIKE],
  ] as const)('gives the same mel bands as numerical integration (%s)', (_, frontEnd) => {
    const [first] = framesOf([noise], frontEnd);
    const expected = denseMel(first?.power as Float32Array, frontEnd);
    expected.forEach((value, band) => expect(first?.mel[band]).toBeCloseTo(value, 3));
  });

  test('gives bit-identical frames for chunks of any size', () => {
    const whole = framesOf([noise]);
    const random = seededRandom(7);
    for (let round = 0; round < 20; round++) {
      const chunks: Float32Array[] = [];
      for (let at = 0; at < noise.length;) {
        const length = Math.floor(random() * (round < 10 ? 3_000 : 40));
        chunks.push(noise.subarray(at, at + length));
        at += length;
      }
      expect(framesOf(chunks)).toEqual(whole);
    }
  });

  test('gives as many frames as logMelOf, with the same values to the bit', () => {
    const streamed = framesOf([noise]);
    const batch = logMelOf(noise, DEVICE_FRONT_END);
    expect(batch.frames).toBe(streamed.length);
    streamed.forEach(({ mel }, k) => expect(batch.data.subarray(k * 64, k * 64 + 64)).toEqual(mel));
    for (const length of [0, 511, 512, 831, 832]) {
      expect(logMelOf(noise.subarray(0, length), DEVICE_FRONT_END).frames).toBe(frameCount(length, DEVICE_FRONT_END));
    }
  });

  test('frame k starts at sample k * hop', () => {
    expect(
      framesOf([noise])
        .map((f) => f.atSample)
        .slice(0, 3),
    ).toEqual([0, 320, 640]);
    const click = new Float32Array(16_000);
    click[5 * 320 + 100] = 1;
    const loud = framesOf([click])
      .filter(({ mel }) => (mel[40] as number) > -5)
      .map((f) => f.atSample);
    expect(loud).toEqual([4 * 320, 5 * 320]);
  });

  test.each([60, 100, 300, 520, 1_000, 3_100, 7_900])('a tone of %i Hz is loudest in its own band', (hz) => {
    const { data, bands } = logMelOf(sine(2_000, hz, 0.5), DEVICE_FRONT_END);
    const loudest = data.subarray(0, bands).indexOf(Math.max(...data.subarray(0, bands)));
    const melHz = (k: number) =>
      700 *
      (10 **
        ((2595 * Math.log10(1 + 50 / 700) + (k * 2595 * (Math.log10(1 + 8000 / 700) - Math.log10(1 + 50 / 700))) / 65) /
          2595) -
        1);
    expect(hz).toBeGreaterThan(melHz(loudest) - 32);
    expect(hz).toBeLessThan(melHz(loudest + 2) + 32);
  });

  test('white noise gives power in every band', () => {
    const { data } = logMelOf(noise, DEVICE_FRONT_END);
    expect(Math.min(...data)).toBeGreaterThan(-4);
  });

  test('digital silence gives the floor, not -Infinity', () => {
    expect(new Set(logMelOf(new Float32Array(1_000), DEVICE_FRONT_END).data)).toEqual(new Set([-6]));
  });

  test.each([NaN, Infinity, -Infinity])('refuses the sample %p and keeps its state', (bad) => {
    const spoiled = noise.slice(0, 700);
    spoiled[650] = bad;
    const logMel = new LogMel(DEVICE_FRONT_END);
    expect(() => logMel.push(spoiled, () => undefined)).toThrow(/Sample 650 of 700/);
    const after: Float32Array[] = [];
    logMel.push(noise, (mel) => after.push(mel.slice()));
    expect(after[0]).toEqual(framesOf([noise])[0]?.mel);
  });

  test('starts again after reset, at the given sample', () => {
    const logMel = new LogMel(DEVICE_FRONT_END);
    logMel.push(noise.subarray(0, 1_000), () => undefined);
    logMel.reset(64_000);
    const at: number[] = [];
    logMel.push(noise.subarray(0, 512), (_mel, _power, atSample) => at.push(atSample));
    expect(at).toEqual([64_000]);
  });

  test.each([
    [{ fftSize: 500 }, /fftSize 500/],
    [{ hopSize: 513 }, /hopSize 513/],
    [{ highHz: 9_000 }, /50 to 9000 Hz/],
  ])('refuses the option %p', (wrong, message) => {
    expect(() => new LogMel({ ...DEVICE_FRONT_END, ...wrong })).toThrow(message);
  });
});
