import { EarshotError } from '@earshot/shared/errors.ts';
import {
  ATTRIBUTE_TYPE,
  decodeModel,
  encodeModel,
  ONNX_FLOAT,
  toNumber,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
} from './onnx-proto.ts';

export interface HeadFile {
  label: string;
  bytes: Uint8Array;
}

/** The joined graph's own output: [1, steps, heads], heads in the order that they were given in. */
export const SCORES = 'scores';
const EMBEDDING = 'embedding';
const HEAD_OUTPUT = 'score';

/**
 * One graph out of the trunk and every head: a call of ONNX Runtime costs 11 us before it computes anything, so eight head
 * sessions would cost as much as the trunk. The files stay apart; each head's nodes get its label as a prefix, its input becomes
 * the trunk's embedding and its score one column of `scores`. A head's arithmetic is untouched by the others beside it.
 */
export function joinGraphs(trunkBytes: Uint8Array, heads: readonly HeadFile[]): Uint8Array {
  const model = decode(trunkBytes, 'trunk');
  if (!model.graph.output.some(({ name }) => name === EMBEDDING)) throw broken('trunk', `has no output "${EMBEDDING}"`);
  for (const { label, bytes } of heads) addHead(model, label, decode(bytes, label));
  model.graph.node.push(concat(heads.map(({ label }) => `${label}/${HEAD_OUTPUT}`)));
  model.graph.output = [...model.graph.output.filter(({ name }) => name !== EMBEDDING), scoresOutput(heads.length)];
  return encodeModel(model);
}

function addHead(model: OnnxModel, label: string, head: OnnxModel): void {
  const [opset, own] = [opsetOf(model), opsetOf(head)];
  if (opset !== own) throw broken(label, `is of ONNX opset ${own}, the trunk of ${opset}`);
  const { graph } = head;
  const inputs = realInputs(graph);
  if (inputs.length !== 1 || inputs[0] !== EMBEDDING)
    throw broken(label, `takes ${inputs.join(', ') || 'nothing'} instead of "${EMBEDDING}"`);
  if (!graph.output.some(({ name }) => name === HEAD_OUTPUT)) throw broken(label, `has no output "${HEAD_OUTPUT}"`);
  // An empty name stands for an optional input that is left out.
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
}

/** Older exporters list weights as inputs too. */
const realInputs = ({ input, initializer }: OnnxGraph): string[] => {
  const weights = new Set(initializer.map(({ name }) => name));
  return input.map(({ name }) => name).filter((name) => !weights.has(name));
};

const concat = (scores: string[]): OnnxNode => ({
  name: 'join_scores',
  opType: 'Concat',
  input: scores,
  output: [SCORES],
  attribute: [{ name: 'axis', type: ATTRIBUTE_TYPE.int, i: 2 }],
});

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
    throw new EarshotError('RELEASE_BROKEN', `The ${what} is no ONNX model.`, { cause: error });
  }
  throw broken(what, 'has no nodes');
}

const broken = (what: string, why: string) => new EarshotError('RELEASE_BROKEN', `The ONNX file of "${what}" ${why}.`);
