/**
 * The verifier as ONNX: `features` [batch, frames, bands] (log10 power, not normalised), `evidence` [batch, n] -> `scores` [batch, labels].
 * Each clip is heard three times (as it is, one band higher, one band lower) and the scores are averaged in logits: the network was
 * trained with such shifts, and what only holds at one exact pitch is not to be trusted. What the device scored comes in at the end.
 */
import { SCORES_AT } from '@earshot/shared/features/verifier-evidence.ts';
import { Graph } from '../onnx/graph.ts';
import { LEAST_SCORE, neutral, type ScoreWeights } from './last-word.ts';
import type { NamedTensor } from '../network/tensor-file.ts';
import type { Normalisation } from '../network/device-network.ts';
import {
  ATTENTION_HEADS,
  DIRECTIONS,
  PLANE_LAYERS,
  RECURRENT_UNITS,
  TIME_LAYERS,
  TIME_WIDTH,
  type VerifierShape,
} from './network.ts';

export type Tensors = ReadonlyMap<string, NamedTensor>;

export const VIEWS = 3;

export function verifierGraph(
  tensors: Tensors,
  norm: Normalisation,
  { labels, evidence }: VerifierShape,
  weights: ScoreWeights = neutral(labels),
): Uint8Array {
  const bands = norm.mean.length;
  const g = new Graph('verifier');
  const weight = (name: string): NamedTensor => {
    const tensor = tensors.get(name);
    if (!tensor) throw new RangeError(`the verifier has no weight ${name}`);
    return tensor;
  };
  g.input('features', ['batch', 'frames', bands]);
  g.input('evidence', ['batch', evidence]);

  g.node('Sub', ['features', g.floats('mean', [bands], norm.mean)], ['centred']);
  g.node('Mul', ['centred', g.floats('scale', [bands], norm.scale)], ['normalised']);
  const views = addViews(g, bands);
  g.node('Unsqueeze', [views, g.ints('axis1', [1])], ['plane0']);

  let plane = 'plane0';
  for (const { name, strideTime, strideBand } of PLANE_LAYERS)
    plane = addConvolution(g, plane, name, weight, [strideTime, strideBand]);
  // [batch, channels, steps, bands] -> [batch, bands * channels, steps, 1], bands outermost, as the trained kernel has them.
  g.node('Transpose', [plane], ['bandsFirst'], { perm: [0, 3, 1, 2] });
  const width = (PLANE_LAYERS.at(-1)?.to ?? 0) * 5;
  g.node('Shape', ['bandsFirst'], ['planeShape']);
  g.node('Slice', ['planeShape', g.ints('from3', [3]), g.ints('to4', [4])], ['steps']);
  g.node('Concat', [g.ints('keepBatch', [-1]), g.ints('width', [width]), 'steps', g.ints('one', [1])], ['timeShape'], {
    axis: 0,
  });
  g.node('Reshape', ['bandsFirst', 'timeShape'], ['time0']);
  let time = 'time0';
  for (const { name, residual } of TIME_LAYERS) {
    const next = addConvolution(g, time, name, weight, [1, 1]);
    time = residual ? g.node('Add', [time, next], [`${name}/sum`]) : next;
  }
  g.node('Squeeze', [time, g.ints('axis3', [3])], ['sequence']);
  const hidden = addPooling(g, weight);
  g.node(
    'MatMul',
    [
      hidden,
      g.floats('score/kernel', [weight('score/kernel').shape[0] as number, labels], weight('score/kernel').data),
    ],
    ['rawLogits'],
  );
  g.node(
    'MatMul',
    ['evidenceOfViews', g.floats('evidence/kernel', [evidence, labels], weight('evidence/kernel').data)],
    ['told'],
  );
  g.node('Add', ['rawLogits', 'told'], ['heardAndTold']);
  g.node('Add', ['heardAndTold', g.floats('score/bias', [labels], weight('score/bias').data)], ['logits']);
  g.node('Reshape', ['logits', g.ints('byView', [VIEWS, -1, labels])], ['viewLogits']);
  g.node('ReduceMean', ['viewLogits'], ['meanLogits'], { axes: [0], keepdims: 0 });
  g.node('Sigmoid', [weighScores(g, 'meanLogits', weights)], ['scores']);
  g.output('scores', ['batch', labels]);
  return g.encode();
}

/**
 * The weighted sum of the network's log-odds and the device's. A device score of 0 means that its head was not asked. The constants keep
 * the names that released verifiers have.
 */
function weighScores(g: Graph, logits: string, { network, device, bias }: ScoreWeights): string {
  const labels = network.length;
  const scalar = (name: string, value: number): string => g.floats(name, [], Float32Array.of(value));
  const span = [
    g.ints('scores/from', [SCORES_AT]),
    g.ints('scores/to', [SCORES_AT + labels]),
    g.ints('scores/axis', [1]),
  ];
  const told = g.node('Slice', ['evidence', ...span], ['toldScores']);
  const sure = g.node(
    'Clip',
    [told, scalar('scores/least', LEAST_SCORE), scalar('scores/most', 1 - LEAST_SCORE)],
    ['sureScores'],
  );
  const unsure = g.node('Sub', [scalar('scores/one', 1), sure], ['unsureScores']);
  const odds = g.node('Log', [g.node('Div', [sure, unsure], ['scoreRatio'])], ['scoreOdds']);
  const nothing = scalar('scores/nothing', 0);
  const known = g.node('Where', [g.node('Greater', [told, nothing], ['wasAsked']), odds, nothing], ['knownOdds']);
  const byNetwork = g.node('Mul', [logits, g.floats('judgement/network', [labels], network)], ['byNetwork']);
  const byDevice = g.node('Mul', [known, g.floats('judgement/device', [labels], device)], ['byDevice']);
  const both = g.node('Add', [byNetwork, byDevice], ['byBoth']);
  return g.node('Add', [both, g.floats('judgement/bias', [labels], bias)], ['judged']);
}

/** Bands moved by one, the edge repeated. */
function addViews(g: Graph, bands: number): string {
  const axis = g.ints('axis2', [2]);
  const slice = (name: string, from: number, to: number): string =>
    g.node('Slice', ['normalised', g.ints(`${name}/from`, [from]), g.ints(`${name}/to`, [to]), axis], [name]);
  g.node('Concat', [slice('lowest', 0, 1), slice('butHighest', 0, bands - 1)], ['higher'], { axis: 2 });
  g.node('Concat', [slice('butLowest', 1, bands), slice('highest', bands - 1, bands)], ['lower'], { axis: 2 });
  return g.node('Concat', ['normalised', 'higher', 'lower'], ['views'], { axis: 0 });
}

type WeightOf = (name: string) => NamedTensor;

function addConvolution(
  g: Graph,
  input: string,
  name: string,
  weight: WeightOf,
  strides: readonly [number, number],
): string {
  const { shape, data } = weight(`${name}/kernel`);
  const [height, wide, from, to] = shape as [number, number, number, number];
  const kernel = g.floats(`${name}/kernel`, [to, from, height, wide], kernelOf(data, height, wide, from, to));
  const bias = g.floats(`${name}/bias`, [to], weight(`${name}/bias`).data);
  g.node('Conv', [input, kernel, bias], [`${name}/conv`], {
    kernel_shape: [height, wide],
    strides: [...strides],
    auto_pad: 'SAME_UPPER',
  });
  return g.node('Relu', [`${name}/conv`], [name]);
}

/** TensorFlow keeps kernels as [height, width, from, to], ONNX as [to, from, height, width]. */
function kernelOf(data: Float32Array, height: number, wide: number, from: number, to: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < wide; x++)
      for (let i = 0; i < from; i++)
        for (let o = 0; o < to; o++)
          out[((o * from + i) * height + y) * wide + x] = data[((y * wide + x) * from + i) * to + o] as number;
  return out;
}

function addPooling(g: Graph, weight: WeightOf): string {
  const units = RECURRENT_UNITS;
  g.node('Transpose', ['sequence'], ['stepsFirst'], { perm: [2, 0, 1] });
  const kernels = DIRECTIONS.map((direction) =>
    lstmWeights(weight(`${direction}/kernel`).data, weight(`${direction}/bias`).data),
  );
  const joined = (pick: (of: LstmWeights) => Float32Array): Float32Array =>
    Float32Array.from(kernels.flatMap((of) => [...pick(of)]));
  g.node(
    'LSTM',
    [
      'stepsFirst',
      g.floats(
        'lstm/W',
        [2, 4 * units, TIME_WIDTH],
        joined(({ input }) => input),
      ),
      g.floats(
        'lstm/R',
        [2, 4 * units, units],
        joined(({ recurrent }) => recurrent),
      ),
      g.floats(
        'lstm/B',
        [2, 8 * units],
        joined(({ bias }) => bias),
      ),
    ],
    ['directions'],
    { direction: 'bidirectional', hidden_size: units },
  );
  // [steps, 2, batch, units] -> [batch, steps, 2 * units]
  g.node('Transpose', ['directions'], ['batchFirst'], { perm: [2, 0, 1, 3] });
  g.node('Reshape', ['batchFirst', g.ints('statesShape', [0, 0, 2 * units])], ['states']);
  g.node(
    'MatMul',
    ['states', g.floats('attention/kernel', [2 * units, ATTENTION_HEADS], weight('attention/kernel').data)],
    ['interest'],
  );
  g.node('Transpose', ['interest'], ['interestByHead'], { perm: [0, 2, 1] });
  g.node('Softmax', ['interestByHead'], ['shares'], { axis: 2 });
  g.node('MatMul', ['shares', 'states'], ['attendedByHead']);
  g.node('Reshape', ['attendedByHead', g.ints('attendedShape', [0, ATTENTION_HEADS * 2 * units])], ['attended']);
  g.node('ReduceMean', ['states'], ['mean_state'], { axes: [1], keepdims: 0 });
  g.node('ReduceMax', ['sequence'], ['max_time'], { axes: [2], keepdims: 0 });
  g.node('Concat', ['evidence', 'evidence', 'evidence'], ['evidenceOfViews'], { axis: 0 });
  g.node('Concat', ['attended', 'mean_state', 'max_time', 'evidenceOfViews'], ['pooled'], { axis: 1 });
  const { shape, data } = weight('hidden/kernel');
  g.node('MatMul', ['pooled', g.floats('hidden/kernel', shape, data)], ['hiddenRaw']);
  g.node(
    'Add',
    ['hiddenRaw', g.floats('hidden/bias', [shape[1] as number], weight('hidden/bias').data)],
    ['hiddenSum'],
  );
  return g.node('Relu', ['hiddenSum'], ['hidden']);
}

interface LstmWeights {
  input: Float32Array;
  recurrent: Float32Array;
  bias: Float32Array;
}

/** Where each of ONNX's gates (i, o, f, c) lies in Keras' order (i, f, c, o). */
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
  // ONNX adds two biases, one of the input and one of the state: the second is zero.
  const both = new Float32Array(8 * units);
  GATES.forEach((gate, g) => both.set(bias.subarray(gate * units, (gate + 1) * units), g * units));
  return { input: rows(0, TIME_WIDTH), recurrent: rows(TIME_WIDTH, units), bias: both };
}
