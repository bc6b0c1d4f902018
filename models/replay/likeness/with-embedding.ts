import { decodeModel, encodeModel, ONNX_FLOAT } from '@earshot/device/network/onnx-proto.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

/**
 * All that the verifier has read of the clip, before it turns to its labels: docs/learning.md compares it with the hidden layer behind
 * it, in which a confuser that is taken for a real sound lies where the real ones are.
 */
const LAYER = 'pooled';
const OUTPUT = 'embedding';

/** A verifier of before it had the output `embedding`, with it: so that a release can be measured that was made without. */
export function withEmbedding(bytes: Uint8Array): Uint8Array {
  const model = decodeModel(bytes);
  const { node, output } = model.graph;
  if (output.some(({ name }) => name === OUTPUT)) return bytes;
  if (!node.some((one) => one.output.includes(LAYER)))
    throw new EarshotError('RELEASE_BROKEN', `The verifier has no layer ${LAYER}.`);
  // Those graphs use the name for the windows from which the sounds' names are read.
  const renamed = (name: string): string => (name === OUTPUT ? 'names/embedding' : name);
  const nodes = node.map((one) => ({ ...one, input: one.input.map(renamed), output: one.output.map(renamed) }));
  nodes.push({ opType: 'Identity', name: 'Identity:embedding', input: [LAYER], output: [OUTPUT], attribute: [] });
  const shape = { dim: [{ dimParam: 'batch' }, { dimParam: 'size' }] };
  const outputs = [...output, { name: OUTPUT, type: { tensorType: { elemType: ONNX_FLOAT, shape } } }];
  return encodeModel({ ...model, graph: { ...model.graph, node: nodes, output: outputs } });
}
