import { EVIDENCE_SIZE } from '@earshot/shared/features/verifier-evidence.ts';
import type { Random } from '../../synthesis/random.ts';
import type { Normalisation } from '../network/device-network.ts';
import { bandShift, louder } from '../data/scene-batch.ts';
import { NO, NOT_ASKED, YES } from '../data/targets.ts';
import { quantise, restore } from '../data/shard.ts';
import type { ExampleShard } from './example-store.ts';

export interface VerifierBatch {
  /** Shape: [batch, frames, bands], normalised. */
  features: Float32Array;
  /** Shape: [batch, labels]. */
  targets: Float32Array;
  /** Shape: [batch, EVIDENCE_SIZE]. */
  evidence: Float32Array;
}

export interface ExampleAt {
  shard: ExampleShard;
  at: number;
}

/** Another example that is mixed under the whole of this one; `below` says by how many powers of ten it is quieter. */
interface Under extends ExampleAt {
  below: number;
}

/** The value of digital silence, i.e. padding, in a shard. */
const SILENT = quantise(-6);
const FLOOR_LOG = -6;
/** The usual share of examples that are mixed with another one, so that they contain more sounds and differ each time. */
const OVER_ANOTHER = 1 / 3;
/** In this share of examples the device's evidence is left out, because the network must not rely on it alone. */
const WITHOUT_EVIDENCE = 0.25;

/**
 * Makes a batch. Each time an example is used, it is changed a little, as if by another microphone, another pitch and
 * other sounds before it.
 */
export function makeVerifierBatch(
  rows: readonly ExampleAt[],
  norm: Normalisation,
  other: () => ExampleAt,
  random: Random,
  overAnother = OVER_ANOTHER,
): VerifierBatch {
  const { frames, bands, labels } = (rows[0] as ExampleAt).shard;
  const batch: VerifierBatch = {
    features: new Float32Array(rows.length * frames * bands),
    targets: new Float32Array(rows.length * labels.length),
    evidence: new Float32Array(rows.length * EVIDENCE_SIZE),
  };
  rows.forEach(({ shard, at }, row) => {
    const padding = paddingOf(shard, at);
    const front = padding > MIN_PADDING && random.chance(0.55) ? withoutEvent(other) : null;
    const quiet = random.chance(overAnother) ? withoutEvent(other) : null;
    const under = quiet && { ...quiet, below: random.uniform(0.4, 2.5) };
    const reading = { ...drawReading(random, frames, bands), padding: front ? padding : 0, front, under };
    readExample(batch.features, row * frames * bands, { shard, at }, norm, reading);
    const targets = shard.targets.subarray(at * labels.length, (at + 1) * labels.length);
    targets.forEach((target, label) => {
      const open = target === NO && [front, under].some((beside) => beside && isOpen(beside, label));
      batch.targets[row * labels.length + label] = open ? NOT_ASKED : target;
    });
    if (!random.chance(WITHOUT_EVIDENCE))
      batch.evidence.set(shard.evidence.subarray(at * EVIDENCE_SIZE, (at + 1) * EVIDENCE_SIZE), row * EVIDENCE_SIZE);
  });
  return batch;
}

/** Padding shorter than this (half a second) is not filled with another sound. */
const MIN_PADDING = 50;

/** The number of silent frames at the end of an example whose clip was shorter than the verifier's input. */
function paddingOf({ mels, frames, bands }: ExampleShard, at: number): number {
  const end = (at + 1) * frames * bands;
  let padding = 0;
  while (
    padding < frames - 20 &&
    mels[end - (padding + 1) * bands + 40] === SILENT &&
    mels[end - (padding + 1) * bands + 5] === SILENT
  )
    padding++;
  return padding;
}

const isOpen = ({ shard, at }: ExampleAt, label: number): boolean =>
  shard.targets[at * shard.labels.length + label] === NOT_ASKED;

/**
 * Chooses another random example, which contains none of our labels. It fills the time before a short clip, or is mixed
 * under an example.
 */
function withoutEvent(other: () => ExampleAt): ExampleAt | null {
  for (let tries = 0; tries < 6; tries++) {
    const { shard, at } = other();
    const labels = shard.labels.length;
    if (!shard.targets.subarray(at * labels, (at + 1) * labels).includes(YES)) return { shard, at };
  }
  return null;
}

interface Reading {
  /** Added to each band, in log10 power. */
  shift: Float32Array;
  /** Shift of the pitch, in bands upwards. */
  roll: number;
  frontGain: number;
  hole: { fromFrame: number; toFrame: number; fromBand: number; toBand: number };
}

function drawReading(random: Random, frames: number, bands: number): Reading {
  const shift = bandShift(random, bands);
  const fromBand = random.chance(0.4) ? random.integer(0, bands - 8) : bands;
  const fromFrame = random.integer(0, frames - 200);
  return {
    shift,
    roll: random.integer(-1, 1),
    frontGain: random.uniform(-1, 0.5),
    hole: {
      fromFrame,
      toFrame: fromFrame + random.integer(30, 300),
      fromBand,
      toBand: fromBand + random.integer(2, 7),
    },
  };
}

function readExample(
  out: Float32Array,
  to: number,
  { shard, at }: ExampleAt,
  norm: Normalisation,
  reading: Reading & { padding: number; front: ExampleAt | null; under: Under | null },
): void {
  const { frames, bands } = shard;
  const { shift, roll, hole, padding, front, frontGain, under } = reading;
  let place = to;
  for (let frame = 0; frame < frames; frame++) {
    const past = frame < padding ? front : null;
    const mels = (past ?? { shard }).shard.mels;
    const from = past ? (past.at * frames + frame) * bands : (at * frames + frame - padding) * bands;
    const gain = past ? frontGain : 0;
    const inHole = frame >= hole.fromFrame && frame < hole.toFrame;
    for (let band = 0; band < bands; band++, place++) {
      if (inHole && band >= hole.fromBand && band < hole.toBand) continue;
      const source = band - roll;
      const raw = mels[from + (source < 0 ? 0 : source >= bands ? bands - 1 : source)] as number;
      const beneath = under ? (under.shard.mels[(under.at * frames + frame) * bands + band] as number) : SILENT;
      // Digital silence stays unchanged, because no microphone makes it louder.
      let heard = raw === SILENT ? FLOOR_LOG : raw * restore + gain;
      if (under && beneath !== SILENT) heard = louder(heard, beneath * restore - under.below);
      const shifted = heard + (shift[band] as number);
      const value = heard <= FLOOR_LOG || shifted <= FLOOR_LOG ? FLOOR_LOG : shifted;
      out[place] = (value - (norm.mean[band] as number)) * (norm.scale[band] as number);
    }
  }
}
