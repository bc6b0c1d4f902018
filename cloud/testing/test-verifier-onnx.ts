import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { EVIDENCE_SIZE } from '@earshot/shared/features/verifier-evidence.ts';

/**
 * A verifier network small enough to understand: it agrees with the device's label (the first values of the evidence),
 * unless the clip is silent. It is a real ONNX file, for tests of the code around the network. It is encoded by hand
 * according to onnx.proto, because the cloud has no library that writes ONNX.
 *
 *   logit = 20 * isLabel - 10 - 40 * max(0, -5.5 - max(features))
 *
 * `evidenceSize`: how many numbers of evidence the network takes. The verifier of an older release takes fewer.
 *
 * The embedding, if requested, is the clip's loudest spectrum minus the spectrum of a quiet room. So sounds of the same
 * timbre have similar embeddings.
 */
export function testVerifierOnnx({ embeddings = false, evidenceSize = EVIDENCE_SIZE } = {}): Uint8Array {
  const labels = KNOWN_LABELS.length;
  const pick = new Float32Array(evidenceSize * labels);
  for (let label = 0; label < labels; label++) pick[label * labels + label] = 20;
  const graph = [
    node('MatMul', ['evidence', 'pick'], 'picked'),
    node('ReduceMax', ['features'], 'level', [attributeInts('axes', [1, 2]), attributeInt('keepdims', 0)]),
    node('Reshape', ['level', 'column'], 'levelColumn'),
    node('Sub', ['quiet', 'levelColumn'], 'below'),
    node('Relu', ['below'], 'silence'),
    node('Mul', ['silence', 'weight'], 'penalty'),
    node('Sub', ['picked', 'penalty'], 'shifted'),
    node('Sub', ['shifted', 'bias'], 'logits'),
    node('Sigmoid', ['logits'], 'scores'),
    ...(embeddings
      ? [
          node('ReduceMax', ['features'], 'spectrum', [attributeInts('axes', [1]), attributeInt('keepdims', 0)]),
          node('Sub', ['spectrum', 'silent'], 'aboveSilence'),
          node('Relu', ['aboveSilence'], 'embedding'),
          floats('silent', [1], Float32Array.of(-3)),
          message(12, valueInfo('embedding', ['batch', 'bands'])),
        ]
      : []),
    message(2, text('test-verifier')),
    floats('pick', [evidenceSize, labels], pick),
    floats('quiet', [1], Float32Array.of(-5.5)),
    floats('weight', [1], Float32Array.of(40)),
    floats('bias', [1], Float32Array.of(10)),
    int64s('column', [2], [-1n, 1n]),
    message(11, valueInfo('features', ['batch', 'frames', 'bands'])),
    message(11, valueInfo('evidence', ['batch', evidenceSize])),
    message(12, valueInfo('scores', ['batch', labels])),
  ];
  const opset = Buffer.concat([message(1, text('')), number(2, 13)]);
  return Buffer.concat([number(1, 8), message(7, Buffer.concat(graph)), message(8, opset)]);
}

function node(op: string, inputs: string[], output: string, attributes: Buffer[] = []): Buffer {
  return message(
    1,
    Buffer.concat([
      ...inputs.map((name) => message(1, text(name))),
      message(2, text(output)),
      message(4, text(op)),
      ...attributes,
    ]),
  );
}

const attributeInt = (name: string, value: number): Buffer =>
  message(5, Buffer.concat([message(1, text(name)), number(3, value), number(20, 2)]));
const attributeInts = (name: string, values: number[]): Buffer =>
  message(5, Buffer.concat([message(1, text(name)), ...values.map((value) => number(8, value)), number(20, 7)]));

const floats = (name: string, dims: number[], data: Float32Array): Buffer =>
  tensor(name, dims, 1, Buffer.from(data.buffer));
const int64s = (name: string, dims: number[], data: bigint[]): Buffer =>
  tensor(name, dims, 7, Buffer.from(BigInt64Array.from(data).buffer));

function tensor(name: string, dims: number[], type: number, raw: Buffer): Buffer {
  return message(
    5,
    Buffer.concat([...dims.map((dim) => number(1, dim)), number(2, type), message(8, text(name)), message(9, raw)]),
  );
}

function valueInfo(name: string, dims: (string | number)[]): Buffer {
  const shape = dims.map((dim) => message(1, typeof dim === 'number' ? number(1, dim) : message(2, text(dim))));
  const tensorType = Buffer.concat([number(1, 1), message(2, Buffer.concat(shape))]);
  return Buffer.concat([message(1, text(name)), message(2, message(1, tensorType))]);
}

// The encoding of Protocol Buffers: the number and type of a field, then a varint, or a length and bytes.
const text = (value: string): Buffer => Buffer.from(value, 'utf8');
const number = (field: number, value: number): Buffer => Buffer.concat([varint(field << 3), varint(value)]);
const message = (field: number, body: Buffer): Buffer =>
  Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}
