/** Turns stored scenes into the input of one training step, with a small random change each time. */
import type { Random } from '../../synthesis/random.ts';
import type { Normalisation } from '../network/device-network.ts';
import { restore, type Shard } from './shard.ts';
import { NO, NOT_ASKED } from './targets.ts';

export interface Batch {
  /** Shape of the features: [steps, batch, bands * framesPerStep]. */
  features: Float32Array;
  /** Shape of the expected answers: [steps * batch, labels]. */
  targets: Uint8Array;
  steps: number;
  batch: number;
}

export interface SceneAt {
  shard: Shard;
  scene: number;
  /** Another scene that is mixed under this one; `below` says by how many powers of ten it is quieter. */
  under?: { shard: Shard; scene: number; below: number };
}

const FLOOR_LOG = -6;

/**
 * Mean and scale of each band over a shard. The scale has a lower limit, so that a nearly constant band is not
 * amplified.
 */
export function normalisationOf({ mels, bands }: Shard): Normalisation {
  const sum = new Float64Array(bands);
  const squares = new Float64Array(bands);
  const frames = mels.length / bands;
  for (let i = 0; i < mels.length; i++) {
    const value = (mels[i] as number) * restore;
    sum[i % bands] = (sum[i % bands] as number) + value;
    squares[i % bands] = (squares[i % bands] as number) + value * value;
  }
  const mean = Float32Array.from(sum, (s) => s / frames);
  const scale = Float32Array.from(
    squares,
    (s, b) => 1 / Math.max(0.3, Math.sqrt(s / frames - (mean[b] as number) ** 2)),
  );
  return { mean, scale };
}

/**
 * `rows` lists the scenes that follow one another in each place of the batch. The network keeps its state from scene to
 * scene and so learns abrupt changes of the sounds in a home.
 */
export function makeBatch(
  rows: readonly (readonly SceneAt[])[],
  norm: Normalisation,
  labels: readonly string[],
  random: Random | null,
): Batch {
  const first = rows[0]?.[0]?.shard as Shard;
  const { frames, bands, steps } = first;
  const batch = rows.length;
  const perRow = (rows[0] as readonly SceneAt[]).length;
  const framesPerStep = frames / steps;
  const width = bands * framesPerStep;
  const features = new Float32Array(steps * perRow * batch * width);
  const targets = new Uint8Array(steps * perRow * batch * labels.length);
  const columns = labels.map((label) => first.labels.indexOf(label));
  rows.forEach((scenes, row) => {
    scenes.forEach(({ shard, scene, under }, place) => {
      const shift = random ? bandShift(random, bands) : new Float32Array(bands);
      const holes = random ? drawHoles(random, frames, bands) : [];
      for (let frame = 0; frame < frames; frame++) {
        const step = place * steps + Math.floor(frame / framesPerStep);
        const to = (step * batch + row) * width + (frame % framesPerStep) * bands;
        const from = (scene * frames + frame) * bands;
        for (let band = 0; band < bands; band++) {
          let mel = (shard.mels[from + band] as number) * restore;
          if (under)
            mel = louder(
              mel,
              (under.shard.mels[(under.scene * frames + frame) * bands + band] as number) * restore - under.below,
            );
          mel = Math.max(FLOOR_LOG, mel + (shift[band] as number));
          features[to + band] = (mel - (norm.mean[band] as number)) * (norm.scale[band] as number);
        }
        for (const hole of holes) {
          if (frame >= hole.fromFrame && frame < hole.toFrame) features.fill(0, to + hole.fromBand, to + hole.toBand);
        }
      }
      for (let step = 0; step < steps; step++) {
        const to = ((place * steps + step) * batch + row) * labels.length;
        columns.forEach((column, i) => {
          const answer = shard.targets[(scene * steps + step) * shard.labels.length + column] as number;
          const below = under
            ? (under.shard.targets[(under.scene * steps + step) * shard.labels.length + column] as number)
            : NO;
          // Expect no answer for an event under louder sounds, because it is unknown whether the event can still be
          // detected.
          targets[to + i] = answer === NO && below !== NO ? NOT_ASKED : answer;
        });
      }
    });
  });
  return { features, targets, steps: steps * perRow, batch };
}

/** The sum of two powers, in log10. When they differ by 20 dB or more, the louder one is returned as the sum. */
export function louder(a: number, b: number): number {
  const [more, less] = a > b ? [a, b] : [b, a];
  return more - less > 2 ? more : more + Math.log10(1 + 10 ** (less - more));
}

/**
 * Simulates another microphone: louder or softer by up to 12 dB, and a smooth curve over the bands of a few dB. In
 * log10 power, 0.1 is 1 dB.
 */
export function bandShift(random: Random, bands: number): Float32Array {
  const gain = random.uniform(-1.2, 0.8);
  const waves = Array.from({ length: 3 }, (_, i) => ({
    height: random.normal(0, 0.25 / (i + 1)),
    phase: random.uniform(0, 2 * Math.PI),
    turns: i + 0.5,
  }));
  return Float32Array.from({ length: bands }, (_, band) =>
    waves.reduce(
      (sum, { height, phase, turns }) => sum + height * Math.sin((2 * Math.PI * turns * band) / bands + phase),
      gain,
    ),
  );
}

interface Hole {
  fromFrame: number;
  toFrame: number;
  fromBand: number;
  toBand: number;
}

/**
 * Removes a few bands for a while, or all bands for a moment (SpecAugment). The removed parts are small, so that no
 * beep disappears entirely.
 */
function drawHoles(random: Random, frames: number, bands: number): Hole[] {
  const holes: Hole[] = [];
  if (random.chance(0.4)) {
    const fromFrame = random.integer(0, frames - 50);
    const fromBand = random.integer(0, bands - 6);
    holes.push({
      fromFrame,
      toFrame: fromFrame + random.integer(20, 200),
      fromBand,
      toBand: fromBand + random.integer(2, 6),
    });
  }
  if (random.chance(0.3)) {
    const fromFrame = random.integer(0, frames - 10);
    holes.push({ fromFrame, toFrame: fromFrame + random.integer(1, 4), fromBand: 0, toBand: bands });
  }
  return holes;
}
