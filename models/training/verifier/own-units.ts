/**
 * Hidden units of the verifier that only some labels use. They are added beside the units that all labels share, so a
 * label can learn more without changing the scores of the others.
 */
import type { NamedTensor } from '../network/tensor-file.ts';
import { HIDDEN } from './network.ts';
import { tensorOf, type Tensors } from './verifier-graph.ts';

/** Weights of own units: inputs to units, and units to labels. */
export interface OwnUnits {
  /** Shape: [inputs, units]. */
  kernel: Float32Array;
  bias: Float32Array;
  /** Shape: [units, labels]. */
  score: Float32Array;
}

/** The tensors with these units behind all others of the hidden layer. */
export function withUnits(tensors: Tensors, { kernel, bias, score }: OwnUnits): Map<string, NamedTensor> {
  const hidden = tensorOf(tensors, 'hidden/kernel');
  const labels = tensorOf(tensors, 'score/kernel').shape[1] as number;
  const [inputs, before] = hidden.shape as [number, number];
  const units = bias.length;
  const wider = before + units;
  const data = Float32Array.from({ length: inputs * wider }, (_, i) => {
    const [row, column] = [Math.floor(i / wider), i % wider];
    return (column < before ? hidden.data[row * before + column] : kernel[row * units + column - before]) as number;
  });
  return new Map(tensors)
    .set('hidden/kernel', { shape: [inputs, wider], data })
    .set('hidden/bias', {
      shape: [wider],
      data: Float32Array.from([...tensorOf(tensors, 'hidden/bias').data, ...bias]),
    })
    .set('score/kernel', {
      shape: [wider, labels],
      data: Float32Array.from([...tensorOf(tensors, 'score/kernel').data, ...score]),
    });
}

/**
 * The tensors without the units that only these labels (columns of the score) use. A new training of the labels
 * replaces these units. Units that other labels share are kept.
 */
export function withoutUnitsOf(tensors: Tensors, columns: readonly number[]): Map<string, NamedTensor> {
  const { shape, data } = tensorOf(tensors, 'hidden/kernel');
  const score = tensorOf(tensors, 'score/kernel');
  const [inputs, before] = shape as [number, number];
  const labels = score.shape[1] as number;
  const others = Array.from({ length: labels }, (_, label) => label).filter((label) => !columns.includes(label));
  const isKept = (unit: number): boolean =>
    unit < HIDDEN || others.some((label) => score.data[unit * labels + label] !== 0);
  const kept = Array.from({ length: before }, (_, unit) => unit).filter(isKept);
  return new Map(tensors)
    .set('hidden/kernel', {
      shape: [inputs, kept.length],
      data: Float32Array.from({ length: inputs * kept.length }, (_, i) => {
        const [row, column] = [Math.floor(i / kept.length), i % kept.length];
        return data[row * before + (kept[column] as number)] as number;
      }),
    })
    .set('hidden/bias', {
      shape: [kept.length],
      data: Float32Array.from(kept, (unit) => tensorOf(tensors, 'hidden/bias').data[unit] as number),
    })
    .set('score/kernel', {
      shape: [kept.length, labels],
      data: Float32Array.from({ length: kept.length * labels }, (_, i) => {
        const unit = kept[Math.floor(i / labels)] as number;
        return score.data[unit * labels + (i % labels)] as number;
      }),
    });
}
