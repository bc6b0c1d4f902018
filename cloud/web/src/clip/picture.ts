import type { Recording } from './wav.ts';
import { spectrogramOf } from './spectrogram.ts';

/** The share of the picture's height for the waveform. The spectrogram takes the rest. */
const WAVE_SHARE = 0.34;

/** Draws the waveform at the top and the spectrogram below, both in the sound's colour on a dark background. */
export function drawPicture(canvas: HTMLCanvasElement, recording: Recording): void {
  const scale = Math.min(devicePixelRatio, 2);
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
  const context = canvas.getContext('2d');
  if (!context || width === 0 || height === 0) return;
  [canvas.width, canvas.height] = [width, height];
  const style = getComputedStyle(canvas);
  const waveHeight = Math.round(height * WAVE_SHARE);
  drawWave(context, recording.samples, width, waveHeight, style.color);
  drawSpectrogram(context, recording, { width, top: waveHeight, height: height - waveHeight }, style.color);
}

function drawWave(
  context: CanvasRenderingContext2D,
  samples: Float32Array,
  width: number,
  height: number,
  colour: string,
) {
  const middle = height / 2;
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  const gain = (middle * 0.92) / Math.max(peak, 0.001);
  context.fillStyle = colour;
  const perPixel = samples.length / width;
  for (let x = 0; x < width; x++) {
    let [low, high] = [0, 0];
    for (let i = Math.floor(x * perPixel); i < (x + 1) * perPixel && i < samples.length; i++) {
      low = Math.min(low, samples[i]!);
      high = Math.max(high, samples[i]!);
    }
    const length = Math.max(1, (high - low) * gain);
    context.fillRect(x, middle - high * gain - (length === 1 ? 0.5 : 0), 1, length);
  }
}

interface Area {
  width: number;
  top: number;
  height: number;
}

function drawSpectrogram(context: CanvasRenderingContext2D, recording: Recording, area: Area, colour: string) {
  const columns = Math.min(area.width, 480);
  const rows = 72;
  const { cells } = spectrogramOf(recording.samples, recording.sampleRate, columns, rows);
  const image = new ImageData(columns, rows);
  const [red, green, blue] = rgb(colour);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const value = cells[column * rows + row]! / 255;
      const at = ((rows - 1 - row) * columns + column) * 4;
      // Quiet values go from dark to the sound's colour, and loud values from there to white, so that the loudest tone
      // stands out.
      const tint = Math.min(1, value * 1.6);
      const white = Math.max(0, value - 0.62) / 0.38;
      image.data[at] = red * tint + (255 - red) * white;
      image.data[at + 1] = green * tint + (255 - green) * white;
      image.data[at + 2] = blue * tint + (255 - blue) * white;
      image.data[at + 3] = 255 * Math.min(1, value * 1.8);
    }
  }
  const small = new OffscreenCanvas(columns, rows);
  small.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(small, 0, area.top, area.width, area.height);
}

function rgb(colour: string): [number, number, number] {
  const [red = 255, green = 255, blue = 255] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}
