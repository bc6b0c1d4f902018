/**
 * Reads a release's files back into the weights that they were written from, so that a training can continue from a
 * release.
 */
import { decodeModel, ONNX_FLOAT, toNumber } from '@earshot/device/network/onnx-proto.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import type { Normalisation } from '../network/device-network.ts';
import { headWeights } from '../network/device-network.ts';
import type { NamedTensor } from '../network/tensor-file.ts';

export const constantNames = (bytes: Uint8Array): string[] =>
  decodeModel(bytes).graph.initializer.map(({ name }) => name);

/** The constants of a graph, by name. */
export function constantsOf(bytes: Uint8Array): (name: string) => NamedTensor {
  const { name: graph, initializer } = decodeModel(bytes).graph;
  const constants = new Map(
    initializer
      .filter(({ dataType }) => dataType === ONNX_FLOAT)
      .map(({ name, dims, rawData, floatData }) => [
        name,
        {
          shape: dims.map(toNumber),
          // Copy the bytes: an array of protobuf may begin at any byte, but a Float32Array only at a multiple of four.
          data: rawData?.length ? new Float32Array(new Uint8Array(rawData).buffer) : Float32Array.from(floatData ?? []),
        },
      ]),
  );
  return (name) => {
    const found = constants.get(name);
    if (!found)
      throw new EarshotError('TRAINING', `The graph ${graph} contains no ${name}: it was made with another recipe.`);
    return found;
  };
}

/** The position of each of Keras' gates (input, forget, cell, output) in ONNX's order (input, output, forget, cell). */
const IN_ONNX = [0, 2, 3, 1] as const;

/** Changes the shape from [4 units, rows] in ONNX's order to [rows, 4 units] in Keras': the inverse of `onnxGates`. */
export function kerasGates(onnx: Float32Array, rows: number, units: number): Float32Array {
  const out = new Float32Array(4 * units * rows);
  IN_ONNX.forEach((place, gate) => {
    for (let unit = 0; unit < units; unit++)
      for (let row = 0; row < rows; row++)
        out[row * 4 * units + gate * units + unit] = onnx[(place * units + unit) * rows + row] as number;
  });
  return out;
}

/** Joins the two kernels into one: first the rows for the input, then those for the state. */
export function kerasKernel(input: Float32Array, recurrent: Float32Array, units: number): Float32Array {
  const inputs = input.length / (4 * units);
  return Float32Array.from([...kerasGates(input, inputs, units), ...kerasGates(recurrent, units, units)]);
}

const tensor = (data: Float32Array, shape: number[] = [data.length]): NamedTensor => ({ shape, data });

/**
 * The weights of trunk and heads for features that are normalised by `norm`. The first layer of a release contains the
 * release's own normalisation, so this layer is converted.
 */
export function deviceWeightsOf(
  trunk: Uint8Array,
  heads: readonly { label: string; bytes: Uint8Array }[],
  { mean, scale }: Normalisation,
): Map<string, NamedTensor> {
  const constant = constantsOf(trunk);
  const { shape, data } = constant('input_kernel');
  const columns = shape[1] as number;
  const kernel = Float32Array.from(
    data,
    (value, at) => value / (scale[Math.floor(at / columns) % scale.length] as number),
  );
  const bias = Float64Array.from(constant('input_bias').data);
  data.forEach((value, at) => {
    const column = at % columns;
    bias[column] = (bias[column] as number) + value * (mean[Math.floor(at / columns) % mean.length] as number);
  });
  const weights = new Map([
    ['input/kernel', tensor(kernel, shape)],
    ['input/bias', tensor(Float32Array.from(bias))],
  ]);
  for (const layer of [1, 2]) {
    const recurrent = constant(`r${layer}`).data;
    const units = Math.sqrt(recurrent.length / 4);
    const own = kerasKernel(constant(`w${layer}`).data, recurrent, units);
    weights.set(`lstm${layer}/kernel`, tensor(own, [own.length / (4 * units), 4 * units]));
    weights.set(`lstm${layer}/bias`, tensor(kerasGates(constant(`b${layer}`).data.subarray(0, 4 * units), 1, units)));
  }
  for (const { label, bytes } of heads) {
    const own = constantsOf(bytes);
    const names = ['hidden_kernel', 'hidden_bias', 'score_kernel', 'score_bias'];
    headWeights(label).forEach((name, i) => weights.set(name, own(names[i] as string)));
  }
  return weights;
}
