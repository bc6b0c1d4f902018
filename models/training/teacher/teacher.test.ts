import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Graph } from '../onnx/graph.ts';
import { REFERENCE_SCORES } from './reference.ts';
import { Teacher } from './teacher.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-teacher-'));
});
afterEach(() => rm(folder, { recursive: true }));

const NAMES = Object.keys(REFERENCE_SCORES);

/** A network with the teacher's inputs and outputs that gives the same scores for every sound. */
function constantNetwork(scores: readonly number[]): Uint8Array {
  const g = new Graph('teacher');
  g.input('mel', ['batch', 1, 128, 'frames']);
  g.node('ReduceMean', ['mel'], ['level'], { axes: [1, 2, 3], keepdims: 0 });
  g.node('Mul', ['level', g.floats('zero', [1], Float32Array.of(0))], ['nothing']);
  g.node('Unsqueeze', ['nothing', g.ints('axis', [1])], ['column']);
  g.node('Add', ['column', g.floats('answers', [1, scores.length], Float32Array.from(scores))], ['scores']);
  g.node('Identity', ['scores'], ['embedding']);
  g.output('scores', ['batch', scores.length]);
  g.output('embedding', ['batch', scores.length]);
  return g.encode();
}

async function written(network: Uint8Array): Promise<string> {
  const path = join(folder, 'teacher.onnx');
  await writeFile(path, network);
  await writeFile(join(folder, 'labels.csv'), `index,name\n${NAMES.map((name, i) => `${i},"${name}"`).join('\n')}\n`);
  return path;
}

test('a network that gives the reference scores is accepted, with the names of its classes', async () => {
  const teacher = await Teacher.load(await written(constantNetwork(Object.values(REFERENCE_SCORES))));
  expect(teacher.classes).toEqual(NAMES);
  const { scores } = await teacher.answer(new Float32Array(16_000).fill(0.1));
  expect(scores[0]).toBeCloseTo(REFERENCE_SCORES['Sine wave'] ?? 0, 4);
  await teacher.close();
});

test('a network that gives other scores than the reference is refused, and the error states its score', async () => {
  const path = await written(constantNetwork(Object.values(REFERENCE_SCORES).map((score) => score + 0.01)));
  await expect(Teacher.load(path)).rejects.toMatchObject({
    code: 'TEACHER',
    message: expect.stringMatching(/answers 0\.7017 instead of 0\.69171 for "Sine wave"/) as unknown,
  });
});

test.each([
  ['no network at all', Buffer.from('not a network')],
  ['a network with other inputs', new Graph('empty').encode()],
])('a teacher file is refused when it contains %s', async (_, bytes) => {
  await expect(Teacher.load(await written(bytes))).rejects.toMatchObject({ code: 'TEACHER' });
});

test('a teacher file that does not exist is refused', async () => {
  await expect(Teacher.load(join(folder, 'missing.onnx'))).rejects.toMatchObject({ code: 'TEACHER' });
});
