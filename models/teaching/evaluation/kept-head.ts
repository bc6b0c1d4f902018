/** Stores a trained head as a file, so that a stopped evaluation can continue. */
import type { Level } from '@earshot/shared/labels.ts';
import type { PlainWeights } from '../../training/onnx/device-graphs.ts';
import type { FittedHead } from '../head-trainer.ts';

export type KeptHead = Pick<FittedHead, 'weights' | 'thresholds'>;

interface HeadFile {
  thresholds: Record<Level, number>;
  weights: [name: string, values: number[]][];
}

export function encodeHead({ weights, thresholds }: KeptHead): Buffer {
  const file: HeadFile = { thresholds, weights: [...weights].map(([name, values]) => [name, [...values]]) };
  return Buffer.from(JSON.stringify(file));
}

export function decodeHead(kept: Buffer): KeptHead {
  const { thresholds, weights } = JSON.parse(kept.toString()) as HeadFile;
  return {
    thresholds,
    weights: new Map(weights.map(([name, values]) => [name, Float32Array.from(values)])) as PlainWeights,
  };
}
