/** Writes the device network as the files of a release: one trunk, one file per head. */
import type { NetworkShape, Normalisation } from '../network/device-network.ts';
import { headWeights } from '../network/device-network.ts';
import { Graph } from './graph.ts';

export type PlainWeights = ReadonlyMap<string, Float32Array>;

export const STATE_NAMES = ['h1', 'c1', 'h2', 'c2'] as const;

/** Keras orders gates as input, forget, cell, output; ONNX as input, output, forget, cell. */
const ONNX_GATES = [0, 3, 1, 2] as const;

/** Changes the shape from [rows, 4 units] to [4 units, rows], with the gates in ONNX's order. */
function onnxGates(kernel: Float32Array, rows: number, units: number): Float32Array {
  const out = new Float32Array(kernel.length);
  ONNX_GATES.forEach((gate, place) => {
    for (let unit = 0; unit < units; unit++) {
      for (let row = 0; row < rows; row++)
        out[(place * units + unit) * rows + row] = kernel[row * 4 * units + gate * units + unit] as number;
    }
  });
  return out;
}

function weight(weights: PlainWeights, name: string): Float32Array {
  const found = weights.get(name);
  if (!found) throw new Error(`the network has no weight ${name}`);
  return found;
}

/** How the matrices of a trunk are written. Smaller variants of the trunk write them in other ways. */
export interface MatrixForm {
  matrix(graph: Graph, name: string, shape: readonly number[], data: Float32Array): string;
  /**
   * Writes the multiplication of an LSTM layer's input with its matrix [inputs, 4 units]. A variant may do a part of it
   * in nodes before the layer.
   */
  layerInput(graph: Graph, layer: 1 | 2, input: LayerInput): LayerInput;
}

export interface LayerInput {
  from: string;
  width: number;
  kernel: Float32Array;
}

const PLAIN: MatrixForm = {
  matrix: (graph, name, shape, data) => graph.floats(name, shape, data),
  layerInput: (_graph, _layer, input) => input,
};

/** Adds one of the two LSTM layers to the graph. The layers differ only in their names. */
function addLstm(
  graph: Graph,
  weights: PlainWeights,
  layer: 1 | 2,
  input: string,
  inputs: number,
  units: number,
  form: MatrixForm,
): string {
  const kernel = weight(weights, `lstm${layer}/kernel`);
  const split = inputs * 4 * units;
  const state = onnxGates(kernel.subarray(split), units, units);
  const bias = new Float32Array(8 * units);
  bias.set(onnxGates(weight(weights, `lstm${layer}/bias`), 1, units));
  const own = form.layerInput(graph, layer, { from: input, width: inputs, kernel: kernel.subarray(0, split) });
  return graph.node(
    'LSTM',
    [
      own.from,
      form.matrix(graph, `w${layer}`, [1, 4 * units, own.width], onnxGates(own.kernel, own.width, units)),
      form.matrix(graph, `r${layer}`, [1, 4 * units, units], state),
      graph.floats(`b${layer}`, [1, 8 * units], bias),
      '',
      `h${layer}`,
      `c${layer}`,
    ],
    [`y${layer}`, `h${layer}_out`, `c${layer}_out`],
    { hidden_size: units },
  );
}

/**
 * Shapes: `features` [1, F, bands] and the states before -> `embedding` [1, F / framesPerStep, units] and the states
 * after. The normalisation is folded into the first layer, where it costs no extra time: (x - mean) scale W + b = x
 * (scale W) + (b - mean scale W).
 */
export function trunkGraph(
  weights: PlainWeights,
  shape: NetworkShape,
  norm: Normalisation,
  form: MatrixForm = PLAIN,
): Uint8Array {
  const { bands, framesPerStep, projection, units } = shape;
  const graph = new Graph('trunk');
  const features = graph.input('features', [1, 'frames', bands]);
  for (const name of STATE_NAMES) graph.input(name, [1, 1, units]);
  const { kernel, bias } = foldNormalisation(weights, shape, norm);

  graph.node('Reshape', [features, graph.ints('stack', [-1, bands * framesPerStep])], ['stacked']);
  graph.node(
    'Gemm',
    [
      'stacked',
      form.matrix(graph, 'input_kernel', [bands * framesPerStep, projection], kernel),
      graph.floats('input_bias', [projection], bias),
    ],
    ['projected'],
  );
  graph.node('Relu', ['projected'], ['lit']);
  graph.node('Reshape', ['lit', graph.ints('as_sequence', [-1, 1, projection])], ['x1']);
  addLstm(graph, weights, 1, 'x1', projection, units, form);
  graph.node('Squeeze', ['y1', graph.ints('direction', [1])], ['x2']);
  addLstm(graph, weights, 2, 'x2', units, units, form);
  graph.node('Reshape', ['y2', graph.ints('as_batch', [1, -1, units])], ['embedding']);

  graph.output('embedding', [1, 'steps', units]);
  for (const name of STATE_NAMES) graph.output(`${name}_out`, [1, 1, units]);
  return graph.encode();
}

/** Shapes: `embedding` [1, steps, units] -> `score` [1, steps, 1], 0..1. */
export function headGraph(weights: PlainWeights, { units, headUnits }: NetworkShape, label: string): Uint8Array {
  const [hiddenKernel, hiddenBias, scoreKernel, scoreBias] = headWeights(label).map((name) =>
    weight(weights, name),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const graph = new Graph(label);
  const embedding = graph.input('embedding', [1, 'steps', units]);
  graph.node('MatMul', [embedding, graph.floats('hidden_kernel', [units, headUnits], hiddenKernel)], ['hidden']);
  graph.node('Add', ['hidden', graph.floats('hidden_bias', [headUnits], hiddenBias)], ['biased']);
  graph.node('Relu', ['biased'], ['lit']);
  graph.node('MatMul', ['lit', graph.floats('score_kernel', [headUnits, 1], scoreKernel)], ['raw']);
  graph.node('Add', ['raw', graph.floats('score_bias', [1], scoreBias)], ['logit']);
  graph.node('Sigmoid', ['logit'], ['score']);
  graph.output('score', [1, 'steps', 1]);
  return graph.encode();
}

function foldNormalisation(
  weights: PlainWeights,
  { bands, framesPerStep, projection }: NetworkShape,
  { mean, scale }: Normalisation,
): { kernel: Float32Array; bias: Float32Array } {
  const original = weight(weights, 'input/kernel');
  const kernel = new Float32Array(original.length);
  const bias = Float64Array.from(weight(weights, 'input/bias'));
  for (let row = 0; row < bands * framesPerStep; row++) {
    const band = row % bands;
    for (let column = 0; column < projection; column++) {
      const at = row * projection + column;
      const scaled = (original[at] as number) * (scale[band] as number);
      kernel[at] = scaled;
      bias[column] = (bias[column] as number) - scaled * (mean[band] as number);
    }
  }
  return { kernel, bias: Float32Array.from(bias) };
}
