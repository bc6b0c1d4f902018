/**
 * Smaller trunks from the same weights, to be measured beside the one that is released.
 * `int8`: matrices as bytes with a scale a row, made float again by the runtime (a quarter of the bytes, the same arithmetic).
 * `lowRank`: what an LSTM layer does to its input, as two thin matrices (fewer multiplications and bytes; the state's own matrix stays).
 */
import type { NetworkShape, Normalisation } from '../network/device-network.ts';
import { foldNormalisation, onnxGates, STATE_NAMES, weight, type PlainWeights } from '../onnx/device-graphs.ts';
import { Graph } from '../onnx/graph.ts';
import { lowRank } from './singular-values.ts';

export interface Variant {
  int8?: boolean;
  /** Of each LSTM layer's input matrix. */
  rank?: number;
}

export function trunkVariant(
  weights: PlainWeights,
  shape: NetworkShape,
  norm: Normalisation,
  variant: Variant,
): Uint8Array {
  const { bands, framesPerStep, projection, units } = shape;
  const graph = new Graph('trunk');
  const features = graph.input('features', [1, 'frames', bands]);
  for (const name of STATE_NAMES) graph.input(name, [1, 1, units]);
  const { kernel, bias } = foldNormalisation(weights, shape, norm);
  const inputKernel = addMatrix(graph, 'input_kernel', [bands * framesPerStep, projection], kernel, variant);
  graph.node('Reshape', [features, graph.ints('stack', [-1, bands * framesPerStep])], ['stacked']);
  graph.node('Gemm', ['stacked', inputKernel, graph.floats('input_bias', [projection], bias)], ['projected']);
  graph.node('Relu', ['projected'], ['lit']);
  graph.node('Reshape', ['lit', graph.ints('as_sequence', [-1, 1, projection])], ['x1']);
  addLayer(graph, weights, 1, 'x1', projection, units, variant);
  graph.node('Squeeze', ['y1', graph.ints('direction', [1])], ['x2']);
  addLayer(graph, weights, 2, 'x2', units, units, variant);
  graph.node('Reshape', ['y2', graph.ints('as_batch', [1, -1, units])], ['embedding']);
  graph.output('embedding', [1, 'steps', units]);
  for (const name of STATE_NAMES) graph.output(`${name}_out`, [1, 1, units]);
  return graph.encode();
}

function addLayer(
  graph: Graph,
  weights: PlainWeights,
  layer: 1 | 2,
  input: string,
  inputs: number,
  units: number,
  variant: Variant,
): void {
  const kernel = weight(weights, `lstm${layer}/kernel`);
  const own = kernel.subarray(0, inputs * 4 * units);
  const state = onnxGates(kernel.subarray(inputs * 4 * units), units, units);
  const bias = new Float32Array(8 * units);
  bias.set(onnxGates(weight(weights, `lstm${layer}/bias`), 1, units));
  let from = input;
  let width = inputs;
  let gates = onnxGates(own, inputs, units);
  if (variant.rank !== undefined) {
    const { left, right } = lowRank(own, inputs, 4 * units, variant.rank);
    graph.node(
      'MatMul',
      [input, addMatrix(graph, `thin${layer}`, [inputs, variant.rank], left, variant)],
      [`thinned${layer}`],
    );
    from = `thinned${layer}`;
    width = variant.rank;
    gates = onnxGates(right, variant.rank, units);
  }
  graph.node(
    'LSTM',
    [
      from,
      addMatrix(graph, `w${layer}`, [1, 4 * units, width], gates, variant),
      addMatrix(graph, `r${layer}`, [1, 4 * units, units], state, variant),
      graph.floats(`b${layer}`, [1, 8 * units], bias),
      '',
      `h${layer}`,
      `c${layer}`,
    ],
    [`y${layer}`, `h${layer}_out`, `c${layer}_out`],
    { hidden_size: units },
  );
}

/** Rows are what the second to last dimension counts; each has a scale of its own. */
function addMatrix(
  graph: Graph,
  name: string,
  shape: readonly number[],
  data: Float32Array,
  { int8 = false }: Variant,
): string {
  if (!int8) return graph.floats(name, shape, data);
  const width = shape.at(-1) as number;
  const rows = data.length / width;
  const scales = new Float32Array(rows);
  const bytes = new Int8Array(data.length);
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * width, (row + 1) * width);
    const scale = Math.max(1e-12, values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / 127);
    scales[row] = scale;
    values.forEach((x, i) => (bytes[row * width + i] = Math.round(x / scale)));
  }
  return graph.node(
    'DequantizeLinear',
    [graph.int8(`${name}_bytes`, shape, bytes), graph.floats(`${name}_scale`, [rows], scales)],
    [name],
    { axis: shape.length - 2 },
  );
}
