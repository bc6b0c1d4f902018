import { decodeModel, encodeModel, ONNX_FLOAT } from '@earshot/device/network/onnx-proto.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

/** The verifier's hidden layer after rectification: what the output `embedding` of later releases is. */
const HIDDEN = 'hidden';
const OUTPUT = 'embedding';

/** A verifier of before it had the output `embedding`, with it: so that a release can be measured that was made without. */
export function withEmbedding(bytes: Uint8Array): Uint8Array {
  const model = decodeModel(bytes);
  const { node, output } = model.graph;
  if (output.some(({ name }) => name === OUTPUT)) return bytes;
  if (!node.some((one) => one.output.includes(HIDDEN)))
    throw new EarshotError('RELEASE_BROKEN', `The verifier has no layer ${HIDDEN}.`);
  // Those graphs use the name for the windows from which the sounds' names are read.
  const renamed = (name: string): string => (name === OUTPUT ? 'names/embedding' : name);
  const nodes = node.map((one) => ({ ...one, input: one.input.map(renamed), output: one.output.map(renamed) }));
  nodes.push({ opType: 'Identity', name: 'Identity:embedding', input: [HIDDEN], output: [OUTPUT], attribute: [] });
  const shape = { dim: [{ dimParam: 'batch' }, { dimParam: 'hidden' }] };
  const outputs = [...output, { name: OUTPUT, type: { tensorType: { elemType: ONNX_FLOAT, shape } } }];
  return encodeModel({ ...model, graph: { ...model.graph, node: nodes, output: outputs } });
}
