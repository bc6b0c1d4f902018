import { constantsOf, kerasGates, kerasKernel } from '../onnx/read-weights.ts';
import type { NamedTensor } from '../network/tensor-file.ts';
import { DIRECTIONS, PLANE_LAYERS, RECURRENT_UNITS, TIME_LAYERS, TIME_WIDTH } from './network.ts';
import type { TrainedVerifier } from './trainer.ts';

/** The weights that a released verifier was written from: the inverse of `verifierGraph`, without the score weights, which every training makes anew. */
export function verifierWeightsOf(onnx: Uint8Array): TrainedVerifier {
  const constant = constantsOf(onnx);
  const tensors = new Map<string, NamedTensor>();
  for (const { name } of [...PLANE_LAYERS, ...TIME_LAYERS]) {
    tensors.set(`${name}/kernel`, tensorflowKernel(constant(`${name}/kernel`)));
    tensors.set(`${name}/bias`, constant(`${name}/bias`));
  }
  const units = RECURRENT_UNITS;
  DIRECTIONS.forEach((direction, n) => {
    const part = (name: string, rows: number): Float32Array =>
      constant(name).data.subarray(n * 4 * units * rows, (n + 1) * 4 * units * rows);
    const data = kerasKernel(part('lstm/W', TIME_WIDTH), part('lstm/R', units), units);
    tensors.set(`${direction}/kernel`, { shape: [TIME_WIDTH + units, 4 * units], data });
    // Two biases a direction, of which the second is zero.
    const bias = kerasGates(part('lstm/B', 2).subarray(0, 4 * units), 1, units);
    tensors.set(`${direction}/bias`, { shape: [4 * units], data: bias });
  });
  for (const name of ['attention/kernel', 'hidden/kernel', 'hidden/bias', 'score/kernel', 'score/bias'])
    tensors.set(name, constant(name));
  tensors.set('evidence/kernel', constant('evidence/kernel'));
  return { tensors, norm: { mean: constant('mean').data, scale: constant('scale').data } };
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
