import { EarshotError } from '@earshot/shared/errors.ts';
import {
  ATTRIBUTE_TYPE,
  decodeModel,
  encodeModel,
  ONNX_FLOAT,
  ONNX_INT64,
  toNumber,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
} from './onnx-proto.ts';
import { canPack, packStates, type CarriedState } from './packed-states.ts';
import { shapeOf, stackHeads, type HeadGraph } from './stacked-heads.ts';

export interface HeadFile {
  label: string;
  bytes: Uint8Array;
}

/**
 * The joined graph's outputs: scores [1, steps, heads], with the heads in the order of the input, and the trunk's
 * embedding [1, steps, width].
 */
export const SCORES = 'scores';
export const EMBEDDING = 'embedding';
const HEAD_OUTPUT = 'score';

/**
 * Joins the trunk and every head into one graph: each call of ONNX Runtime costs 11 us before it computes anything, so
 * eight sessions for heads would cost as much as the trunk. The files stay separate. In the joined graph each head's
 * nodes get its label as a prefix, its input becomes the trunk's embedding, and its score becomes one column of
 * `scores`. Other heads do not change a head's arithmetic. Where possible `states` are packed into one tensor: see
 * packed-states.ts.
 */
export function joinGraphs(
  trunkBytes: Uint8Array,
  heads: readonly HeadFile[],
  states: readonly CarriedState[] = [],
): Uint8Array {
  const model = decode(trunkBytes, 'trunk');
  if (!model.graph.output.some(({ name }) => name === EMBEDDING)) throw broken('trunk', `has no output "${EMBEDDING}"`);
  const graphs = heads.map(({ label, bytes }) => ({ label, graph: headGraph(model, label, decode(bytes, label)) }));
  const joined: { labels: string[]; output: string }[] = [];
  for (const alike of Map.groupBy(graphs, (head) => shapeOf(head, EMBEDDING) ?? head.label).values()) {
    const labels = alike.map(({ label }) => label);
    joined.push({
      labels,
      output: shapeOf(alike[0]!, EMBEDDING) === null ? addHead(model, alike[0]!) : addStack(model, alike),
    });
  }
  addScores(
    model,
    joined,
    heads.map(({ label }) => label),
  );
  model.graph.output.push(scoresOutput(heads.length));
  if (canPack(states)) packStates(model.graph, states);
  return encodeModel(model);
}

/** Returns the graph of the head. Throws when the file is not a head for this trunk. */
function headGraph(model: OnnxModel, label: string, head: OnnxModel): OnnxGraph {
  const [opset, own] = [opsetOf(model), opsetOf(head)];
  if (opset !== own) throw broken(label, `has ONNX opset ${own}, but the trunk has ${opset}`);
  const { graph } = head;
  const inputs = realInputs(graph);
  if (inputs.length !== 1 || inputs[0] !== EMBEDDING)
    throw broken(label, `takes ${inputs.join(', ') || 'nothing'} instead of "${EMBEDDING}"`);
  if (!graph.output.some(({ name }) => name === HEAD_OUTPUT)) throw broken(label, `has no output "${HEAD_OUTPUT}"`);
  return graph;
}

/** A head of another architecture is added to the graph unchanged. */
function addHead(model: OnnxModel, { label, graph }: HeadGraph): string {
  // In ONNX an empty name stands for an optional input that is not used.
  const rename = (name: string) => (name === EMBEDDING || name === '' ? name : `${label}/${name}`);
  for (const node of graph.node) {
    if (node.attribute.some(({ g, graphs }) => g || (graphs && graphs.length > 0)))
      throw broken(label, `holds a nested graph (${node.opType})`);
    model.graph.node.push({
      ...node,
      name: rename(node.name),
      input: node.input.map(rename),
      output: node.output.map(rename),
    });
  }
  for (const tensor of graph.initializer)
    model.graph.initializer.push(Object.assign(tensor, { name: rename(tensor.name) }));
  return rename(HEAD_OUTPUT);
}

function addStack(model: OnnxModel, heads: readonly HeadGraph[]): string {
  const { nodes, initializers, output } = stackHeads(heads, EMBEDDING);
  model.graph.node.push(...nodes);
  model.graph.initializer.push(...initializers);
  return output;
}

/**
 * Joins the outputs of all heads ([heads, steps, 1] each) into `scores` ([1, steps, heads]), with the columns in the
 * order of `wanted`.
 */
function addScores(
  model: OnnxModel,
  joined: readonly { labels: string[]; output: string }[],
  wanted: readonly string[],
): void {
  const columns = wanted.map((label) => joined.flatMap(({ labels }) => labels).indexOf(label));
  const isInOrder = columns.every((column, i) => column === i);
  const int = (name: string, i: number) => ({ name, type: ATTRIBUTE_TYPE.int, i });
  const add = (opType: string, input: string[], output: string, attribute: OnnxNode['attribute']) =>
    model.graph.node.push({ name: output, opType, input, output: [output], attribute });
  const outputs = joined.map(({ output }) => output);
  if (outputs.length > 1) add('Concat', outputs, 'joined', [int('axis', 0)]);
  // Drops nodes without effect, because each node costs some overhead.
  const all = outputs.length > 1 ? 'joined' : outputs[0]!;
  add('Transpose', [all], isInOrder ? SCORES : 'columns', [
    { name: 'perm', type: ATTRIBUTE_TYPE.ints, ints: [2, 1, 0] },
  ]);
  if (isInOrder) return;
  model.graph.initializer.push({
    name: 'column_order',
    dims: [columns.length],
    dataType: ONNX_INT64,
    int64Data: columns,
  });
  add('Gather', ['columns', 'column_order'], SCORES, [int('axis', 2)]);
}

/** The graph's inputs without its weights, which older exporters list as inputs too. */
const realInputs = ({ input, initializer }: OnnxGraph): string[] => {
  const weights = new Set(initializer.map(({ name }) => name));
  return input.map(({ name }) => name).filter((name) => !weights.has(name));
};

const scoresOutput = (heads: number): OnnxValue => ({
  name: SCORES,
  type: {
    tensorType: { elemType: ONNX_FLOAT, shape: { dim: [{ dimValue: 1 }, { dimParam: 'steps' }, { dimValue: heads }] } },
  },
});

const opsetOf = ({ opsetImport }: OnnxModel): number =>
  toNumber(opsetImport.find(({ domain }) => !domain)?.version ?? 0);

function decode(bytes: Uint8Array, what: string): OnnxModel {
  try {
    const model = decodeModel(bytes);
    if (model.graph.node.length > 0) return model;
  } catch (error) {
    throw new EarshotError('RELEASE_BROKEN', `The ${what} is not an ONNX model.`, { cause: error });
  }
  throw broken(what, 'has no nodes');
}

const broken = (what: string, why: string) => new EarshotError('RELEASE_BROKEN', `The ONNX file of "${what}" ${why}.`);
