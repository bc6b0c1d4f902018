/**
 * Writes an ONNX graph node by node. The caller chooses all names, so two builds of the same weights give the same
 * bytes.
 */
import { ModelProto } from './onnx-schema.ts';

const FLOAT = 1;
const INT8 = 3;
const UINT8 = 2;
const INT64 = 7;
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;
/**
 * Operator set 17 is the first that has LayerNormalization. ONNX Runtime has supported it since version 1.12 (2022).
 */
const OPSET = 17;
const IR_VERSION = 8;

export type Dim = number | string;
type AttributeValue = number | string | readonly number[] | { float: number };

interface NodeProto {
  opType: string;
  name: string;
  input: string[];
  output: string[];
  attribute: object[];
}

export class Graph {
  private readonly nodes: NodeProto[] = [];
  private readonly initializers: object[] = [];
  private readonly inputs: object[] = [];
  private readonly outputs: object[] = [];
  private readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  input(name: string, shape: readonly Dim[]): string {
    this.inputs.push(valueInfo(name, shape));
    return name;
  }

  output(name: string, shape: readonly Dim[]): void {
    this.outputs.push(valueInfo(name, shape));
  }

  floats(name: string, shape: readonly number[], data: Float32Array): string {
    return this.initializer(name, FLOAT, shape, data);
  }

  int8(name: string, shape: readonly number[], data: Int8Array | Uint8Array): string {
    return this.initializer(name, data instanceof Int8Array ? INT8 : UINT8, shape, data);
  }

  ints(name: string, values: readonly number[]): string {
    return this.initializer(name, INT64, [values.length], BigInt64Array.from(values, BigInt));
  }

  /** An empty string among the inputs means that an optional input is left out. */
  node(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const first = outputs.find((output) => output !== '') ?? opType;
    this.nodes.push({
      opType,
      name: `${opType}:${first}`,
      input: [...inputs],
      output: [...outputs],
      attribute: Object.entries(attributes).map(attributeProto),
    });
    return first;
  }

  encode(): Uint8Array {
    return ModelProto.encode(
      ModelProto.fromObject({
        irVersion: IR_VERSION,
        producerName: 'earshot',
        opsetImport: [{ domain: '', version: OPSET }],
        graph: {
          name: this.name,
          node: this.nodes,
          initializer: this.initializers,
          input: this.inputs,
          output: this.outputs,
        },
      }),
    ).finish();
  }

  private initializer(
    name: string,
    dataType: number,
    shape: readonly number[],
    data: ArrayBufferView & { length: number },
  ): string {
    const count = shape.reduce((product, n) => product * n, 1);
    if (count !== data.length) throw new RangeError(`${name}: ${data.length} values do not fill ${shape.join(' x ')}`);
    this.initializers.push({
      name,
      dataType,
      dims: [...shape],
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    return name;
  }
}

function attributeProto([name, value]: [string, AttributeValue]): object {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE.int };
  if (typeof value === 'string') return { name, s: Buffer.from(value), type: ATTRIBUTE.string };
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE.float };
  return { name, ints: [...value], type: ATTRIBUTE.ints };
}

const valueInfo = (name: string, shape: readonly Dim[]): object => ({
  name,
  type: {
    tensorType: {
      elemType: FLOAT,
      shape: { dim: shape.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })) },
    },
  },
});
