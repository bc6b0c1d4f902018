import FFT from 'fft.js';

export interface Spectrogram {
  columns: number;
  rows: number;
  /**
   * The cells of the picture, column by column, each column from low to high frequency. 0 is silence; the loudest cell
   * of the clip has the highest value.
   */
  cells: Uint8ClampedArray;
}

/**
 * The window has 32 ms at 16 kHz: short enough to show the 100 ms beeps of a CO alarm (T4), and long enough to separate
 * 520 Hz from nearby frequencies.
 */
const WINDOW = 512;
/** A cell that is 60 dB or more below the loudest one is dark. */
const RANGE_DB = 60;
const LOW_HZ = 150;

const mel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
const hertz = (m: number) => 700 * (10 ** (m / 2595) - 1);

/** Rows follow the mel scale, so an alarm's 3 kHz is in the middle and not at the bottom. */
export function spectrogramOf(samples: Float32Array, sampleRate: number, columns: number, rows: number): Spectrogram {
  const fft = new FFT(WINDOW);
  const hann = Float32Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));
  const edges = rowEdges(rows, sampleRate);
  const decibels = new Float32Array(columns * rows);
  const [frame, bins] = [new Array<number>(WINDOW), fft.createComplexArray()];
  let loudest = -Infinity;
  for (let column = 0; column < columns; column++) {
    const start = Math.round((column / Math.max(1, columns - 1)) * Math.max(0, samples.length - WINDOW));
    for (let i = 0; i < WINDOW; i++) frame[i] = (samples[start + i] ?? 0) * hann[i]!;
    fft.realTransform(bins, frame);
    for (let row = 0; row < rows; row++) {
      let power = 1e-12;
      for (let bin = edges[row]!; bin < edges[row + 1]!; bin++)
        power = Math.max(power, bins[bin * 2]! ** 2 + bins[bin * 2 + 1]! ** 2);
      const level = 10 * Math.log10(power);
      decibels[column * rows + row] = level;
      loudest = Math.max(loudest, level);
    }
  }
  const cells = Uint8ClampedArray.from(decibels, (level) => 255 * (1 + (level - loudest) / RANGE_DB));
  return { columns, rows, cells };
}

function rowEdges(rows: number, sampleRate: number): number[] {
  const [low, high] = [mel(LOW_HZ), mel(sampleRate / 2)];
  const edges: number[] = [];
  for (let row = 0; row <= rows; row++) {
    const bin = Math.round((hertz(low + ((high - low) * row) / rows) / sampleRate) * WINDOW);
    edges.push(bin);
  }
  // Low rows are narrower than a frequency bin, so each row gets at least one bin.
  return edges.map((edge, row) => (row > 0 && edge <= edges[row - 1]! ? edges[row - 1]! + 1 : edge));
}
