/** Runs an operation of libtensorflow that TensorFlow.js does not offer. */
import * as tf from '@tensorflow/tfjs';

interface Attribute {
  name: string;
  type: number;
  value: unknown;
}
interface Output {
  shape: number[];
  dtype: string;
  id: number;
}
export interface Binding {
  TF_INT64: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_TYPE: number;
  TF_ATTR_STRING: number;
  TF_FLOAT: number;
  createTensor(shape: number[], type: number, data: Int32Array): number;
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): Output[];
}
interface NativeBackend {
  binding: Binding;
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  createOutputTensor(output: Output): tf.Tensor;
}

const backend = (): NativeBackend => tf.backend() as unknown as NativeBackend;

export const nativeBinding = (): Binding => backend().binding;

export type NativeAttribute =
  | { name: string; kind: 'float'; value: number }
  | { name: string; kind: 'bool'; value: boolean }
  | { name: string; kind: 'string'; value: string }
  | { name: string; kind: 'type'; value: 'float' };

function attributeOf(binding: Binding, { name, kind, value }: NativeAttribute): Attribute {
  if (kind === 'type') return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  const type = { float: binding.TF_ATTR_FLOAT, bool: binding.TF_ATTR_BOOL, string: binding.TF_ATTR_STRING }[kind];
  return { name, type, value };
}

/** `firstIds`: handles of inputs that are not tensors of TensorFlow.js. They come before the other inputs. */
export function nativeOperation(
  name: string,
  attributes: readonly NativeAttribute[],
  inputs: tf.Tensor[],
  outputs: number,
  firstIds: readonly number[] = [],
): tf.Tensor[] {
  const { binding } = backend();
  return binding
    .executeOp(
      name,
      attributes.map((attribute) => attributeOf(binding, attribute)),
      [...firstIds, ...backend().getInputTensorIds(inputs)],
      outputs,
    )
    .map((output) => backend().createOutputTensor(output));
}
