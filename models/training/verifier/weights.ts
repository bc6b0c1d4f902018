import { EVIDENCE_SIZE } from '@earshot/shared/features/verifier-evidence.ts';
import { constantNames, constantsOf, kerasGates, kerasKernel } from '../onnx/read-weights.ts';
import type { NamedTensor } from '../network/tensor-file.ts';
import { FRONT_LAYERS, FRONT_WIDTH } from './front.ts';
import { ALL_NAMES_TENSORS, DIRECTIONS, RECURRENT_UNITS } from './network.ts';
import { OTHER, OWN } from './relation.ts';
import type { TrainedVerifier } from './trainer.ts';

const PLAIN = ['embedding', 'names', 'hidden', 'score'].flatMap((name) => [`${name}/kernel`, `${name}/bias`]);

/**
 * Whether the verifier has a convolutional front. Releases up to 2026-11-21.10 have a different network, from which no
 * training can continue.
 */
export const hasFront = (onnx: Uint8Array): boolean => constantNames(onnx).includes('front1/kernel');

/**
 * The weights that a released verifier was written from: the inverse of `verifierGraph`, without the score weights,
 * which every training fits anew.
 */
export function verifierWeightsOf(onnx: Uint8Array): TrainedVerifier {
  const constant = constantsOf(onnx);
  const tensors = new Map<string, NamedTensor>();
  for (const { name } of FRONT_LAYERS) {
    tensors.set(`${name}/kernel`, tensorflowKernel(constant(`${name}/kernel`)));
    tensors.set(`${name}/bias`, constant(`${name}/bias`));
  }
  const units = RECURRENT_UNITS;
  DIRECTIONS.forEach((direction, n) => {
    const part = (name: string, rows: number): Float32Array =>
      constant(name).data.subarray(n * 4 * units * rows, (n + 1) * 4 * units * rows);
    const data = kerasKernel(part('lstm/W', FRONT_WIDTH), part('lstm/R', units), units);
    tensors.set(`${direction}/kernel`, { shape: [FRONT_WIDTH + units, 4 * units], data });
    // There are two biases per direction; the second one is zero.
    const bias = kerasGates(part('lstm/B', 2).subarray(0, 4 * units), 1, units);
    tensors.set(`${direction}/bias`, { shape: [4 * units], data: bias });
  });
  for (const name of [...PLAIN, 'attention/kernel', 'evidence/kernel']) tensors.set(name, constant(name));
  // A verifier of an older release does not count all names.
  const known = constantNames(onnx);
  for (const name of ALL_NAMES_TENSORS) if (known.includes(name)) tensors.set(name, constant(name));
  // Evidence is the last input of both layers.
  const lacking = EVIDENCE_SIZE - (constant('evidence/kernel').shape[0] as number);
  for (const name of ['hidden/kernel', 'evidence/kernel']) tensors.set(name, withRows(constant(name), lacking));
  const norm = { mean: constant('mean').data, scale: constant('scale').data };
  return { tensors, norm, relation: relationIn(constant) };
}

/**
 * The weight that a released verifier gives to an input of its score, by label: 0 for an input that it does not count
 * yet.
 */
export function scoreWeightsIn(onnx: Uint8Array): (word: string) => Float32Array {
  const [names, constant] = [constantNames(onnx), constantsOf(onnx)];
  const { length } = constant('judgement/bias').data;
  return (word) =>
    names.includes(`judgement/${word}`) ? constant(`judgement/${word}`).data : new Float32Array(length);
}

/**
 * Adds rows of zeros at the end: the verifier of an older release does not know the newest evidence, and with zeros it
 * ignores that evidence until it is trained again.
 */
function withRows({ shape, data }: NamedTensor, more: number): NamedTensor {
  const [rows, columns] = shape as [number, number];
  const out = new Float32Array((rows + more) * columns);
  out.set(data);
  return { shape: [rows + more, columns], data: out };
}

/**
 * Reads the relation of each name to each label. In the graph, names that belong to a label have the constant 0 in the
 * maximum for that label; a large negative constant excludes all other names.
 */
function relationIn(constant: (name: string) => NamedTensor): NamedTensor {
  const [own, other] = [constant('own/barred'), constant('other/barred')];
  const data = own.data.map((barred, i) => (barred === 0 ? OWN : other.data[i] === 0 ? OTHER : 0));
  return { shape: own.shape.slice(1), data };
}

/** ONNX keeps kernels as [to, from, height, width], TensorFlow as [height, width, from, to]. */
function tensorflowKernel({ shape, data }: NamedTensor): NamedTensor {
  const [to, from, height, wide] = shape as [number, number, number, number];
  const out = new Float32Array(data.length);
  for (let o = 0; o < to; o++)
    for (let i = 0; i < from; i++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < wide; x++)
          out[((y * wide + x) * from + i) * to + o] = data[((o * from + i) * height + y) * wide + x] as number;
  return { shape: [height, wide, from, to], data: out };
}
