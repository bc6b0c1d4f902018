import type { Random } from '../../synthesis/random.ts';
import type { Normalisation } from '../network/device-network.ts';
import { bandShift } from '../data/scene-batch.ts';
import { byteToMel, byteToScore, intToEmbedding, type WindowShard } from './window-shard.ts';

/** The mean of each value of the teacher's embedding, and the reciprocal of its standard deviation. */
export interface EmbeddingScale {
  mean: Float32Array;
  scale: Float32Array;
}

export interface WindowBatch {
  /** Shape: [batch, frames, bands], normalised. */
  features: Float32Array;
  targets: Float32Array;
  scores: Float32Array;
  embeddings: Float32Array;
}

/**
 * The highest number of frames by which a window is moved in time. Frames that leave at one end enter at the other end.
 */
const MOST_SHIFT = 20;

/** The probability of a mask, for each of the two kinds of masks. */
const HOLE_CHANCE = 0.5;
const WIDEST_HOLE_FRAMES = 30;
const WIDEST_HOLE_BANDS = 12;

/**
 * Chooses windows of the shards at random. Each is moved a little in time, pitch and level, and gets masks
 * (SpecAugment).
 */
export function drawWindows(
  shards: readonly WindowShard[],
  batch: number,
  norm: Normalisation,
  embedding: EmbeddingScale,
  random: Random,
): WindowBatch {
  const { frames, bands, labels, classes, embeddingSize } = shards[0] as WindowShard;
  const made: WindowBatch = {
    features: new Float32Array(batch * frames * bands),
    targets: new Float32Array(batch * labels.length),
    scores: new Float32Array(batch * classes.length),
    embeddings: new Float32Array(batch * embeddingSize),
  };
  for (let row = 0; row < batch; row++) {
    const shard = random.pick(shards);
    const at = random.integer(0, shard.windows - 1);
    const shift = bandShift(random, bands);
    const moved = random.integer(-MOST_SHIFT, MOST_SHIFT);
    const roll = random.integer(-1, 1);
    const lostFrames = drawHole(random, frames, WIDEST_HOLE_FRAMES);
    const lostBands = drawHole(random, bands, WIDEST_HOLE_BANDS);
    let to = row * frames * bands;
    for (let frame = 0; frame < frames; frame++) {
      const from = (at * frames + ((frame + moved + frames) % frames)) * bands;
      for (let band = 0; band < bands; band++, to++) {
        // Mask a value by replacing it with the mean, which the normalisation turns into 0.
        if (isIn(lostFrames, frame) || isIn(lostBands, band)) continue;
        const source = Math.min(bands - 1, Math.max(0, band - roll));
        const value = Math.max(
          FLOOR_LOG,
          (byteToMel[shard.mels[from + source] as number] as number) + (shift[band] as number),
        );
        made.features[to] = (value - (norm.mean[band] as number)) * (norm.scale[band] as number);
      }
    }
    made.targets.set(shard.targets.subarray(at * labels.length, (at + 1) * labels.length), row * labels.length);
    for (let k = 0; k < classes.length; k++)
      made.scores[row * classes.length + k] = byteToScore[
        (shard.logits[at * classes.length + k] as number) + 128
      ] as number;
    for (let k = 0; k < embeddingSize; k++) {
      const value = (shard.embeddings[at * embeddingSize + k] as number) * intToEmbedding;
      made.embeddings[row * embeddingSize + k] =
        (value - (embedding.mean[k] as number)) * (embedding.scale[k] as number);
    }
  }
  return made;
}

interface Hole {
  from: number;
  to: number;
}

function drawHole(random: Random, length: number, widest: number): Hole {
  if (!random.chance(HOLE_CHANCE)) return { from: 0, to: 0 };
  const width = random.integer(1, Math.min(widest, length));
  const from = random.integer(0, length - width);
  return { from, to: from + width };
}

const isIn = ({ from, to }: Hole, at: number): boolean => at >= from && at < to;

const FLOOR_LOG = -6;

/**
 * Mean and standard deviation of each band. The deviation has a lower limit, so that a nearly constant band is not
 * amplified.
 */
export function windowNormalisation({ mels, bands }: WindowShard): Normalisation {
  const { mean, deviation } = momentsOf(mels.length / bands, bands, (i) => byteToMel[mels[i] as number] as number);
  return { mean, scale: deviation.map((d) => 1 / Math.max(0.3, d)) };
}

export function embeddingScale({ embeddings, windows, embeddingSize }: WindowShard): EmbeddingScale {
  const { mean, deviation } = momentsOf(windows, embeddingSize, (i) => (embeddings[i] as number) * intToEmbedding);
  return { mean, scale: deviation.map((d) => 1 / (d + 1e-3)) };
}

export function momentsOf(rows: number, columns: number, value: (i: number) => number) {
  const sum = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let i = 0; i < rows * columns; i++) {
    const x = value(i);
    sum[i % columns] = (sum[i % columns] as number) + x;
    squares[i % columns] = (squares[i % columns] as number) + x * x;
  }
  const mean = Float32Array.from(sum, (s) => s / rows);
  const deviation = Float32Array.from(squares, (s, i) => Math.sqrt(Math.max(0, s / rows - (mean[i] as number) ** 2)));
  return { mean, deviation };
}
