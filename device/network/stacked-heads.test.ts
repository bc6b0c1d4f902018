import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { joinGraphs } from './graph-join.ts';
import { encodeModel, ONNX_FLOAT, type OnnxModel, type OnnxNode, type OnnxTensor } from './onnx-proto.ts';

const E = 72;
const STEPS = 8;
const random = seededRandom(9);
const node = (opType: string, input: string[], output: string): OnnxNode => ({
  name: output,
  opType,
  input,
  output: [output],
  attribute: [],
});
const floats = (name: string, dims: number[]): OnnxTensor => {
  const length = dims.reduce((a, b) => a * b, 1);
  return { name, dims, dataType: ONNX_FLOAT, floatData: Array.from({ length }, () => Math.fround(random() - 0.5)) };
};
const value = (name: string, shape: (number | string)[]) => ({
  name,
  type: {
    tensorType: {
      elemType: ONNX_FLOAT,
      shape: { dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
    },
  },
});
const model = (graph: Omit<OnnxModel['graph'], 'name' | 'valueInfo'>): Uint8Array =>
  encodeModel({
    irVersion: 8,
    producerName: 'test',
    opsetImport: [{ domain: '', version: 17 }],
    graph: { name: 'g', valueInfo: [], ...graph },
  });

/** A trunk that returns its input. */
const TRUNK = model({
  input: [value('features', [1, 'steps', E])],
  output: [value('embedding', [1, 'steps', E])],
  initializer: [],
  node: [node('Identity', ['features'], 'embedding')],
});

function head(units: number): Uint8Array {
  return model({
    input: [value('embedding', [1, 'steps', E])],
    output: [value('score', [1, 'steps', 1])],
    initializer: [floats('W1', [E, units]), floats('b1', [units]), floats('W2', [units, 1]), floats('b2', [1])],
    node: [
      node('MatMul', ['embedding', 'W1'], 'hidden'),
      node('Add', ['hidden', 'b1'], 'biased'),
      node('Relu', ['biased'], 'lit'),
      node('MatMul', ['lit', 'W2'], 'raw'),
      node('Add', ['raw', 'b2'], 'logit'),
      node('Sigmoid', ['logit'], 'score'),
    ],
  });
}

const FEATURES = Float32Array.from({ length: STEPS * E }, () => random() * 2 - 1);

async function scores(heads: Uint8Array[]): Promise<number[][]> {
  const session = await InferenceSession.create(
    joinGraphs(
      TRUNK,
      heads.map((bytes, i) => ({ label: `head_${i}`, bytes })),
    ),
  );
  const { scores } = await session.run({ features: new Tensor('float32', FEATURES, [1, STEPS, E]) });
  const data = [...(scores!.data as Float32Array)];
  return heads.map((_, head) => data.filter((__, i) => i % heads.length === head));
}

describe('heads of the same shape, computed as one batch', () => {
  const [a, b, c] = [head(16), head(16), head(16)];

  test('give the same scores, to the bit, as each head computed alone', async () => {
    const together = await scores([a, b, c]);
    for (const [i, one] of [a, b, c].entries()) expect(together[i]).toEqual((await scores([one]))[0]);
    expect(new Set(together.flat()).size).toBe(3 * STEPS);
  });

  test('give the same scores, to the bit, next to a head of another shape, in the requested order', async () => {
    const other = head(24);
    const mixed = await scores([a, other, b]);
    expect([mixed[0], mixed[2]]).toEqual(await scores([a, b]));
    expect([mixed[1]]).toEqual(await scores([other]));
  });
});
