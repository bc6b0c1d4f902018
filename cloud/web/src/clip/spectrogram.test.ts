import { expect, test } from '@jest/globals';
import { spectrogramOf } from './spectrogram.ts';

const RATE = 16_000;
const tone = (hz: number, seconds = 1) =>
  Float32Array.from({ length: seconds * RATE }, (_, at) => 0.5 * Math.sin((2 * Math.PI * hz * at) / RATE));

/** Draws a tone of this frequency; returns which row of the middle column has the most energy. */
function loudestRow(hz: number): number {
  const { cells, rows } = spectrogramOf(tone(hz), RATE, 20, 72);
  const column = [...cells.subarray(10 * rows, 11 * rows)];
  return column.indexOf(Math.max(...column));
}

test('a higher tone is drawn higher up: 520 Hz below 3.1 kHz, and 3.1 kHz below 6 kHz', () => {
  expect(loudestRow(520)).toBeLessThan(loudestRow(3100));
  expect(loudestRow(3100)).toBeLessThan(loudestRow(6000));
});

test('a 3.1 kHz tone, like that of an alarm, is near the middle of the picture, because rows follow the mel scale', () => {
  const share = loudestRow(3100) / 72;
  expect(share).toBeGreaterThan(0.5);
  expect(share).toBeLessThan(0.75);
});

test('in the picture, silence before a tone is dark and the tone is bright', () => {
  const samples = new Float32Array(2 * RATE);
  samples.set(tone(3100), RATE);
  const { cells, rows } = spectrogramOf(samples, RATE, 20, 72);
  expect(Math.max(...cells.subarray(0, 8 * rows))).toBe(0);
  expect(Math.max(...cells.subarray(15 * rows, 16 * rows))).toBeGreaterThan(240);
});

test('a silent clip and a clip shorter than one FFT window still give a picture', () => {
  expect(spectrogramOf(new Float32Array(100), RATE, 10, 8).cells).toHaveLength(80);
});
