import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { DEVICE_SHAPE } from '../network/device-network.ts';
import { headGraph, trunkGraph } from './device-graphs.ts';
import { constantsOf, deviceWeightsOf } from './read-weights.ts';

const release = (file: string): Promise<Uint8Array> =>
  readFile(join(import.meta.dirname, '..', '..', 'release', file)).then((bytes) => new Uint8Array(bytes));

const { bands } = DEVICE_SHAPE;
const IDENTITY = { mean: new Float32Array(bands), scale: new Float32Array(bands).fill(1) };
const plain = (weights: ReturnType<typeof deviceWeightsOf>): Map<string, Float32Array> =>
  new Map([...weights].map(([name, { data }]) => [name, data]));

test('reading the weights of a released trunk and head and writing them again gives exactly the same files', async () => {
  const [trunk, head] = await Promise.all([release('trunk.onnx'), release('head-smoke_alarm.onnx')]);
  const weights = plain(deviceWeightsOf(trunk, [{ label: 'smoke_alarm', bytes: head }], IDENTITY));
  expect(Buffer.compare(headGraph(weights, DEVICE_SHAPE, 'smoke_alarm'), head)).toBe(0);
  const again = constantsOf(trunkGraph(weights, DEVICE_SHAPE, IDENTITY));
  const once = constantsOf(trunk);
  for (const name of ['input_kernel', 'input_bias', 'w1', 'r1', 'b1', 'w2', 'r2', 'b2'])
    expect(again(name)).toEqual(once(name));
});

test('weights that were converted to another normalisation give a graph with the same results', async () => {
  const trunk = await release('trunk.onnx');
  const norm = {
    mean: Float32Array.from({ length: bands }, (_, band) => -4 + band / bands),
    scale: Float32Array.from({ length: bands }, (_, band) => 0.5 + band / bands),
  };
  const again = constantsOf(trunkGraph(plain(deviceWeightsOf(trunk, [], norm)), DEVICE_SHAPE, norm));
  for (const name of ['input_kernel', 'input_bias']) {
    const [now, before] = [again(name).data, constantsOf(trunk)(name).data];
    expect(Math.max(...now.map((value, i) => Math.abs(value - (before[i] as number))))).toBeLessThan(1e-4);
  }
});

test('a graph with other layers is refused, and the error names the graph', async () => {
  const head = await release('head-door.onnx');
  expect(() => deviceWeightsOf(head, [], IDENTITY)).toThrow(/door contains no input_kernel/);
});
