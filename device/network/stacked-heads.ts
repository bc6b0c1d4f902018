import { ONNX_FLOAT, toNumber, type OnnxGraph, type OnnxNode, type OnnxTensor } from './onnx-proto.ts';

export interface HeadGraph {
  label: string;
  graph: OnnxGraph;
}

export interface Stacked {
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  /** Name of the output, whose shape is [heads, steps, 1]. */
  output: string;
}

const UNARY = ['Relu', 'Sigmoid', 'Tanh'];

/** One link of a head's chain: an operator and its weights. */
interface Link {
  opType: string;
  weights: { dims: number[]; data: Float32Array } | null;
}

/**
 * Computes heads of the same shape (a chain of MatMul, Add and activations) as one batch, because eight heads of six
 * nodes cost more in ONNX Runtime's overhead than in arithmetic. In the batch each head remains a separate
 * multiplication, so adding or removing other heads does not change its scores.
 */
export function stackHeads(heads: readonly HeadGraph[], input: string): Stacked {
  const { label } = heads[0]!;
  const chains = heads.map(({ graph }) => chainOf(graph, input)!);
  const stacked: Stacked = { nodes: [], initializers: [], output: input };
  chains[0]!.forEach(({ opType, weights }, i) => {
    const inputs = [stacked.output];
    if (weights) {
      const tensor = stackedTensor(
        `${label}/stack/${i}/weights`,
        opType,
        weights.dims,
        chains.map((chain) => chain[i]!.weights!.data),
      );
      stacked.initializers.push(tensor);
      inputs.push(tensor.name);
    }
    stacked.output = `${label}/stack/${i}`;
    stacked.nodes.push({ name: stacked.output, opType, input: inputs, output: [stacked.output], attribute: [] });
  });
  return stacked;
}

/**
 * Describes the shape of a head: heads with the same text can be computed as one batch. Null for a head that is not a
 * chain of supported operators.
 */
export function shapeOf({ graph }: HeadGraph, input: string): string | null {
  const chain = chainOf(graph, input);
  return chain && chain.map(({ opType, weights }) => `${opType} ${weights?.dims.join('x') ?? ''}`).join(', ');
}

/** The head as a chain of operators that begins at its input; null for any other graph. */
function chainOf({ node, initializer, output }: OnnxGraph, input: string): Link[] | null {
  const chain: Link[] = [];
  let at = input;
  for (const { opType, input: inputs, output: outputs, attribute } of node) {
    if (inputs[0] !== at || outputs.length !== 1 || attribute.length > 0) return null;
    const weights = inputs.length === 2 ? floatsOf(initializer.find(({ name }) => name === inputs[1])) : null;
    const takesWeights =
      (opType === 'MatMul' && weights?.dims.length === 2) || (opType === 'Add' && weights?.dims.length === 1);
    if (!takesWeights && !(UNARY.includes(opType) && inputs.length === 1)) return null;
    chain.push({ opType, weights });
    at = outputs[0]!;
  }
  return at === output[0]?.name ? chain : null;
}

function floatsOf(tensor: OnnxTensor | undefined): Link['weights'] {
  if (tensor?.dataType !== ONNX_FLOAT) return null;
  const { rawData, floatData, dims } = tensor;
  const data = rawData?.length ? new Float32Array(Uint8Array.from(rawData).buffer) : Float32Array.from(floatData ?? []);
  return { dims: dims.map(toNumber), data };
}

function stackedTensor(
  name: string,
  opType: string,
  dims: readonly number[],
  own: readonly Float32Array[],
): OnnxTensor {
  const data = new Float32Array(own.length * own[0]!.length);
  own.forEach((weights, head) => data.set(weights, head * weights.length));
  // A bias is added to every step of its head.
  const shape = opType === 'Add' ? [own.length, 1, ...dims] : [own.length, ...dims];
  return { name, dims: shape, dataType: ONNX_FLOAT, rawData: new Uint8Array(data.buffer) };
}
