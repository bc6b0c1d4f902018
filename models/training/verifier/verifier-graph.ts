/**
 * The verifier as ONNX: `features` [batch, frames, bands] (log10 power, not normalised), `evidence` [batch, n] ->
 * `scores` [batch, labels] and `embedding` [batch, n]. The score weights are the last part of the graph, so that it
 * outputs final scores.
 */
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { CADENCE_PATTERNS } from '@earshot/shared/contracts/candidate.ts';
import {
  FIT_AT,
  GROUPS_AT,
  groupsValue,
  OLD_AT,
  PATTERNS_AT,
  PROOF_AT,
  REPEATED_AT,
  SCORES_AT,
  EARLY_AT,
  DIFFER_AT,
} from '@earshot/shared/features/verifier-evidence.ts';
import { Graph } from '../onnx/graph.ts';
import type { NamedTensor } from '../network/tensor-file.ts';
import type { Normalisation } from '../network/device-network.ts';
import { FRONT_LAYERS, FRONT_WIDTH } from './front.ts';
import { LEAST_SCORE, neutral, WORDS, type ScoreWeights, type Word } from './last-word.ts';
import {
  ATTENTION_HEADS,
  DIRECTIONS,
  NAME_SCALE,
  pooledWidth,
  RECURRENT_UNITS,
  WINDOW_HOP,
  WINDOW_STEPS,
  type VerifierShape,
} from './network.ts';
import { OTHER, OWN } from './relation.ts';

export type Tensors = ReadonlyMap<string, NamedTensor>;

export function tensorOf(tensors: Tensors, name: string): NamedTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new RangeError(`the verifier has no weight ${name}`);
  return tensor;
}

export interface VerifierGraphOptions {
  /** The score weights. Without them the graph outputs the network's score unchanged. */
  weights?: ScoreWeights;
  /** Also outputs the inputs of the score weights, with the names of `WORDS`. */
  withWords?: boolean;
}

export function verifierGraph(
  tensors: Tensors,
  norm: Normalisation,
  relation: NamedTensor,
  { labels, evidence }: VerifierShape,
  { weights = neutral(labels), withWords = false }: VerifierGraphOptions = {},
): Uint8Array {
  const bands = norm.mean.length;
  const g = new Graph('verifier');
  const weight: WeightOf = (name) => tensorOf(tensors, name);
  g.input('features', ['batch', 'frames', bands]);
  g.input('evidence', ['batch', evidence]);
  g.node('Sub', ['features', g.floats('mean', [bands], norm.mean)], ['centred']);
  g.node('Mul', ['centred', g.floats('scale', [bands], norm.scale)], ['normalised']);

  const steps = addFront(g, weight);
  const heardNames = addNames(g, weight, steps);
  const recurrent = addRecurrent(g, weight, steps);
  g.node('Mul', [heardNames, g.floats('names/scale', [], Float32Array.of(NAME_SCALE))], ['scaledNames']);
  // The embedding, with which the cloud compares sounds that a home marked as false.
  g.node('Concat', [...recurrent, 'scaledNames', 'evidence'], ['embedding'], { axis: 1 });
  const hidden = g.node('Relu', [addDense(g, weight, 'embedding', 'hidden')], ['hidden']);
  g.node(
    'MatMul',
    ['evidence', g.floats('evidence/kernel', [evidence, labels], weight('evidence/kernel').data)],
    ['byEvidence'],
  );
  g.node('Add', [addDense(g, weight, hidden, 'score'), 'byEvidence'], ['network']);

  const words: Record<Word, string> = {
    network: 'network',
    own: addHighest(g, heardNames, 'own', relation, OWN),
    other: addHighest(g, heardNames, 'other', relation, OTHER),
    allNames: addAllNames(g, tensors, heardNames, [relation.shape[1] as number, labels]),
    device: addDevice(g, labels),
    ...addRhythm(g, labels),
  };
  const parts = WORDS.map((word) =>
    g.node('Mul', [words[word], g.floats(`judgement/${word}`, [labels], weights[word])], [`by/${word}`]),
  );
  g.node('Sum', [...parts, g.floats('judgement/bias', [labels], weights.bias)], ['judged']);
  g.node('Sigmoid', ['judged'], ['scores']);
  g.output('scores', ['batch', labels]);
  g.output('embedding', ['batch', pooledWidth({ labels, evidence, names: relation.shape[1] as number })]);
  if (withWords) for (const word of WORDS) g.output(words[word], ['batch', labels]);
  return g.encode();
}

type WeightOf = (name: string) => NamedTensor;

/** Gives the shape [batch, FRONT_WIDTH, steps, 1]. */
function addFront(g: Graph, weight: WeightOf): string {
  let plane = g.node('Unsqueeze', ['normalised', g.ints('axis1', [1])], ['plane']);
  for (const { name, stride, pooled } of FRONT_LAYERS) {
    if (pooled) plane = g.node('AveragePool', [plane], [`${name}/pooled`], { kernel_shape: [1, 2], strides: [1, 2] });
    const { shape, data } = weight(`${name}/kernel`);
    const [height, wide, from, to] = shape as [number, number, number, number];
    const kernel = g.floats(`${name}/kernel`, [to, from, height, wide], onnxKernel(data, height, wide, from, to));
    const bias = g.floats(`${name}/bias`, [to], weight(`${name}/bias`).data);
    g.node('Conv', [plane, kernel, bias], [`${name}/conv`], {
      kernel_shape: [height, wide],
      strides: [stride, stride],
      auto_pad: 'SAME_UPPER',
    });
    plane = g.node('Relu', [`${name}/conv`], [name]);
  }
  return g.node('ReduceMean', [plane], ['steps'], { axes: [3], keepdims: 1 });
}

/** TensorFlow stores kernels as [height, width, from, to], ONNX as [to, from, height, width]. */
function onnxKernel(data: Float32Array, height: number, wide: number, from: number, to: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < wide; x++)
      for (let i = 0; i < from; i++)
        for (let o = 0; o < to; o++)
          out[((o * from + i) * height + y) * wide + x] = data[((y * wide + x) * from + i) * to + o] as number;
  return out;
}

function addDense(g: Graph, weight: WeightOf, input: string, name: string): string {
  const { shape, data } = weight(`${name}/kernel`);
  g.node('MatMul', [input, g.floats(`${name}/kernel`, shape, data)], [`${name}/product`]);
  const bias = g.floats(`${name}/bias`, [shape[1] as number], weight(`${name}/bias`).data);
  return g.node('Add', [`${name}/product`, bias], [`${name}/sum`]);
}

/** The highest log-odds of each name in any window: [batch, names]. */
function addNames(g: Graph, weight: WeightOf, steps: string): string {
  const windows = { kernel_shape: [WINDOW_STEPS, 1], strides: [WINDOW_HOP, 1] };
  g.node('AveragePool', [steps], ['windowMeans'], windows);
  g.node('MaxPool', [steps], ['windowHighest'], windows);
  g.node('Concat', ['windowMeans', 'windowHighest'], ['windowPlane'], { axis: 1 });
  g.node('Squeeze', ['windowPlane', g.ints('lastAxis', [3])], ['windowsLast']);
  g.node('Transpose', ['windowsLast'], ['windows'], { perm: [0, 2, 1] });
  const embedding = addDense(g, weight, 'windows', 'embedding');
  g.node('Sigmoid', [embedding], ['window/gate']);
  g.node('Mul', [embedding, 'window/gate'], ['window']);
  return g.node('ReduceMax', [addDense(g, weight, 'window', 'names')], ['heardNames'], { axes: [1], keepdims: 0 });
}

/** Shape: [batch, labels]: for each label the highest log-odds of the names that have this relation to it. */
function addHighest(g: Graph, names: string, word: Word, relation: NamedTensor, wanted: number): string {
  const barred = relation.data.map((is) => (is === wanted ? 0 : -BARRED));
  g.node('Unsqueeze', [names, g.ints(`${word}/axis`, [1])], [`${word}/names`]);
  g.node('Add', [`${word}/names`, g.floats(`${word}/barred`, [1, ...relation.shape], barred)], [`${word}/open`]);
  return g.node('ReduceMax', [`${word}/open`], [word], { axes: [2], keepdims: 0 });
}

/**
 * The weighted sum of all names for each label: [batch, labels]. It is limited: a clip that changes many names at once,
 * for example because it is muffled, must not outweigh the rhythm of an alarm.
 */
function addAllNames(g: Graph, tensors: Tensors, names: string, shape: [number, number]): string {
  const kernel = tensors.get('allNames/kernel')?.data ?? new Float32Array(shape[0] * shape[1]);
  const bias = tensors.get('allNames/bias')?.data ?? new Float32Array(shape[1]);
  const product = g.node('MatMul', [names, g.floats('allNames/kernel', shape, kernel)], ['allNames/product']);
  const sum = g.node('Add', [product, g.floats('allNames/bias', [shape[1]], bias)], ['allNames/sum']);
  const limit = (name: string, nats: number): string => g.floats(name, [], Float32Array.of(nats));
  const limits = [limit('allNames/least', -MOST_OF_ALL_NAMES), limit('allNames/most', MOST_OF_ALL_NAMES)];
  return g.node('Clip', [sum, ...limits], ['allNames']);
}

/** Most false candidates of days in homes are between 0 and -3 nats, so the limit changes few of them. */
const MOST_OF_ALL_NAMES = 3;

/** Larger than any log-odds. It is subtracted from names that must not be the highest. */
const BARRED = 1_000;

/** Adds the log-odds of the device's heads. They are 0 for a head without a score, which is stored as score 0. */
function addDevice(g: Graph, labels: number): string {
  const scalar = (name: string, value: number): string => g.floats(name, [], Float32Array.of(value));
  const span = [
    g.ints('scores/from', [SCORES_AT]),
    g.ints('scores/to', [SCORES_AT + labels]),
    g.ints('scores/axis', [1]),
  ];
  const given = g.node('Slice', ['evidence', ...span], ['deviceScores']);
  const limits = [scalar('scores/least', LEAST_SCORE), scalar('scores/most', 1 - LEAST_SCORE)];
  const sure = g.node('Clip', [given, ...limits], ['sureScores']);
  const unsure = g.node('Sub', [scalar('scores/one', 1), sure], ['unsureScores']);
  const odds = g.node('Log', [g.node('Div', [sure, unsure], ['scoreRatio'])], ['scoreOdds']);
  const nothing = scalar('scores/nothing', 0);
  return g.node('Where', [g.node('Greater', [given, nothing], ['wasAsked']), odds, nothing], ['device']);
}

/** The labels whose rhythm a standard fixes. */
const RHYTHM_OF = { smoke_alarm: 't3', co_alarm: 't4' } as const;
/** Scales the input `rhythm` to nats: two groups that fit well give about 1.5 nats, three groups 2.5. */
const NATS_A_VALUE = 10;

/**
 * Adds six inputs [batch, labels], which are 0 for labels without a standard rhythm, except `old`. `rhythm` is the number of
 * repeated groups of the label's standard rhythm, times their fit; last-word.ts says what the others are.
 */
function addRhythm(
  g: Graph,
  labels: number,
): Record<'rhythm' | 'proof' | 'repeated' | 'differ' | 'old' | 'early', string> {
  const column = (name: string, from: number, to: number): string =>
    g.node(
      'Slice',
      ['evidence', g.ints(`${name}/from`, [from]), g.ints(`${name}/to`, [to]), g.ints(`${name}/axis`, [1])],
      [name],
    );
  const owners = new Float32Array(CADENCE_PATTERNS.length * labels);
  for (const [label, pattern] of Object.entries(RHYTHM_OF))
    owners[CADENCE_PATTERNS.indexOf(pattern) * labels + KNOWN_LABELS.indexOf(label as keyof typeof RHYTHM_OF)] = 1;
  const patterns = column('rhythm/pattern', PATTERNS_AT, PATTERNS_AT + CADENCE_PATTERNS.length);
  const shape = [CADENCE_PATTERNS.length, labels];
  const owned = g.node('MatMul', [patterns, g.floats('rhythm/owners', shape, owners)], ['rhythm/owned']);
  const one = g.floats('rhythm/one', [], Float32Array.of(groupsValue(1)));
  const more = g.node('Sub', [column('rhythm/groups', GROUPS_AT, GROUPS_AT + 1), one], ['rhythm/more']);
  const back = g.node('Relu', [more], ['rhythm/back']);
  const fitting = g.node('Mul', [back, column('rhythm/fit', FIT_AT, FIT_AT + 1)], ['rhythm/fitting']);
  const repeated = column('repeated/measured', REPEATED_AT, REPEATED_AT + 1);
  const whole = g.floats('old/one', [], Float32Array.of(1));
  const unrepeated = g.node('Sub', [whole, repeated], ['old/alone']);
  const old = g.node('Mul', [unrepeated, column('old/measured', OLD_AT, OLD_AT + 1)], ['old/counted']);
  const t3 = KNOWN_LABELS.map((label) => Number((RHYTHM_OF as Record<string, string>)[label] === 't3'));
  const ofT3 = g.floats('early/labels', [1, labels], Float32Array.from(t3));
  const scale = g.floats('rhythm/scale', [], Float32Array.of(NATS_A_VALUE));
  const inNats = g.node('Mul', [fitting, scale], ['rhythm/inNats']);
  return {
    rhythm: g.node('Mul', [owned, inNats], ['rhythm']),
    proof: g.node('Mul', [owned, column('proof/measured', PROOF_AT, PROOF_AT + 1)], ['proof']),
    repeated: g.node('Mul', [owned, repeated], ['repeated']),
    // The device measures it for T4 only: most appliances repeat equal beeps, so it would say nothing about T3.
    differ: g.node('Mul', [owned, column('differ/measured', DIFFER_AT, DIFFER_AT + 1)], ['differ']),
    early: g.node('MatMul', [column('early/measured', EARLY_AT, EARLY_AT + 1), ofT3], ['early']),
    old: g.node('MatMul', [old, g.floats('old/labels', [1, labels], new Float32Array(labels).fill(1))], ['old']),
  };
}

function addRecurrent(g: Graph, weight: WeightOf, steps: string): [string, string] {
  const units = RECURRENT_UNITS;
  g.node('Squeeze', [steps, g.ints('axis3', [3])], ['sequence']);
  g.node('Transpose', ['sequence'], ['stepsFirst'], { perm: [2, 0, 1] });
  const kernels = DIRECTIONS.map((direction) =>
    lstmWeights(weight(`${direction}/kernel`).data, weight(`${direction}/bias`).data),
  );
  const joined = (name: string, shape: readonly number[], pick: (of: LstmWeights) => Float32Array): string =>
    g.floats(name, shape, Float32Array.from(kernels.flatMap((of) => [...pick(of)])));
  g.node(
    'LSTM',
    [
      'stepsFirst',
      joined('lstm/W', [2, 4 * units, FRONT_WIDTH], ({ input }) => input),
      joined('lstm/R', [2, 4 * units, units], ({ recurrent }) => recurrent),
      joined('lstm/B', [2, 8 * units], ({ bias }) => bias),
    ],
    ['directions'],
    { direction: 'bidirectional', hidden_size: units },
  );
  // Changes the shape from [steps, 2, batch, units] to [batch, steps, 2 * units]
  g.node('Transpose', ['directions'], ['batchFirst'], { perm: [2, 0, 1, 3] });
  g.node('Reshape', ['batchFirst', g.ints('statesShape', [0, 0, 2 * units])], ['states']);
  const attention = g.floats('attention/kernel', [2 * units, ATTENTION_HEADS], weight('attention/kernel').data);
  g.node('MatMul', ['states', attention], ['interest']);
  g.node('Transpose', ['interest'], ['interestByHead'], { perm: [0, 2, 1] });
  g.node('Softmax', ['interestByHead'], ['shares'], { axis: 2 });
  g.node('MatMul', ['shares', 'states'], ['attendedByHead']);
  g.node('Reshape', ['attendedByHead', g.ints('attendedShape', [0, ATTENTION_HEADS * 2 * units])], ['attended']);
  g.node('ReduceMean', ['states'], ['meanState'], { axes: [1], keepdims: 0 });
  return ['attended', 'meanState'];
}

interface LstmWeights {
  input: Float32Array;
  recurrent: Float32Array;
  bias: Float32Array;
}

/** The position of each of ONNX's gates (i, o, f, c) in Keras' order (i, f, c, o). */
const GATES = [0, 3, 1, 2];

function lstmWeights(kernel: Float32Array, bias: Float32Array): LstmWeights {
  const units = RECURRENT_UNITS;
  const rows = (from: number, count: number): Float32Array => {
    const out = new Float32Array(4 * units * count);
    GATES.forEach((gate, g) => {
      for (let unit = 0; unit < units; unit++)
        for (let row = 0; row < count; row++)
          out[(g * units + unit) * count + row] = kernel[(from + row) * 4 * units + gate * units + unit] as number;
    });
    return out;
  };
  // ONNX adds two biases, one for the input and one for the state. The second one is zero here.
  const both = new Float32Array(8 * units);
  GATES.forEach((gate, g) => both.set(bias.subarray(gate * units, (gate + 1) * units), g * units));
  return { input: rows(0, FRONT_WIDTH), recurrent: rows(FRONT_WIDTH, units), bias: both };
}
