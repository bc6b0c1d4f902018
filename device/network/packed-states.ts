import { ATTRIBUTE_TYPE, ONNX_FLOAT, ONNX_INT64, type OnnxGraph, type OnnxNode, type OnnxValue } from './onnx-proto.ts';

/** A state that a trunk carries from call to call: its input is `name`, its output `name_out`. */
export interface CarriedState {
  name: string;
  shape: readonly number[];
}

const PACKED = 'carried';
export const outputOf = ({ name }: CarriedState): string => `${name}_out`;

/** Only states of the same shape can be stored one after the other without gaps. */
export const canPack = (states: readonly CarriedState[]): boolean =>
  states.length > 1 && new Set(states.map(({ shape }) => shape.join('x'))).size === 1;

/** The states in the form in which the joined graph takes them. */
export function carriedBy(states: readonly CarriedState[]): readonly CarriedState[] {
  if (!canPack(states)) return states;
  const [first = 1, ...rest] = states[0]!.shape;
  return [{ name: PACKED, shape: [states.length * first, ...rest] }];
}

/**
 * Packs all states into one tensor in and one tensor out, because each tensor that enters ONNX Runtime costs 2 us or
 * more, and a trunk of two LSTMs has four. The graph splits the packed tensor at its beginning and joins the new states
 * at its end, which changes no number.
 */
export function packStates(graph: OnnxGraph, states: readonly CarriedState[]): void {
  const [packed] = carriedBy(states) as [CarriedState];
  const names = states.map(({ name }) => name);
  const outputs = states.map(outputOf);
  const axis = [{ name: 'axis', type: ATTRIBUTE_TYPE.int, i: 0 }];
  const lengths = `${PACKED}/lengths`;
  const first = states[0]!.shape[0]!;
  graph.initializer.push({
    name: lengths,
    dims: [names.length],
    dataType: ONNX_INT64,
    int64Data: names.map(() => first),
  });
  const node = (opType: string, input: string[], output: string[]): OnnxNode => ({
    name: `${PACKED}/${opType}`,
    opType,
    input,
    output,
    attribute: axis,
  });
  graph.node = [node('Split', [PACKED, lengths], names), ...graph.node, node('Concat', outputs, [outputOf(packed)])];
  graph.input = [...graph.input.filter(({ name }) => !names.includes(name)), valueOf(packed.name, packed.shape)];
  graph.output = [
    ...graph.output.filter(({ name }) => !outputs.includes(name)),
    valueOf(outputOf(packed), packed.shape),
  ];
}

const valueOf = (name: string, shape: readonly number[]): OnnxValue => ({
  name,
  type: { tensorType: { elemType: ONNX_FLOAT, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});
