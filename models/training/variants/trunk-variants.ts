/**
 * Smaller trunks with the same weights, for comparison with the released trunk. `int8` stores matrices as bytes with a
 * scale per row; the runtime converts them back to float (a quarter of the bytes, the same arithmetic). `lowRank`
 * stores the input matrix of an LSTM layer as two thin matrices (fewer multiplications and bytes; the matrix for the
 * state stays whole).
 */
import type { NetworkShape, Normalisation } from '../network/device-network.ts';
import { trunkGraph, type LayerInput, type PlainWeights } from '../onnx/device-graphs.ts';
import type { Graph } from '../onnx/graph.ts';
import { lowRank } from './singular-values.ts';

export interface Variant {
  int8?: boolean;
  /** Rank of each LSTM layer's input matrix. */
  rank?: number;
}

export function trunkVariant(
  weights: PlainWeights,
  shape: NetworkShape,
  norm: Normalisation,
  { int8 = false, rank }: Variant,
): Uint8Array {
  const matrix = (graph: Graph, name: string, of: readonly number[], data: Float32Array): string =>
    int8 ? bytesWithScales(graph, name, of, data) : graph.floats(name, of, data);
  const layerInput = (graph: Graph, layer: number, input: LayerInput): LayerInput => {
    if (rank === undefined) return input;
    const { left, right } = lowRank(input.kernel, input.width, 4 * shape.units, rank);
    const thin = matrix(graph, `thin${layer}`, [input.width, rank], left);
    return { from: graph.node('MatMul', [input.from, thin], [`thinned${layer}`]), width: rank, kernel: right };
  };
  return trunkGraph(weights, shape, norm, { matrix, layerInput });
}

/** Converts a matrix to bytes with one scale per row. The second to last dimension counts the rows. */
function bytesWithScales(graph: Graph, name: string, shape: readonly number[], data: Float32Array): string {
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
