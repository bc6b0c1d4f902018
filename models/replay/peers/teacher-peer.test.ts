import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Teacher } from '../../training/teacher/teacher.ts';
import { TeacherPeer } from './teacher-peer.ts';

const RATE = 16_000;
const CLASSES = ['Smoke detector, smoke alarm', 'Glass', 'Shatter', 'Dog', 'Bark', 'Baby cry, infant cry'];

/** A fake teacher whose score for "Shatter" is the loudest sample of the window. */
class FakeTeacher {
  readonly classes = CLASSES;
  readonly windows: number[] = [];
  answer(samples: Float32Array) {
    this.windows.push(samples.length);
    const loudest = samples.reduce((most, value) => Math.max(most, value), 0);
    return Promise.resolve({ scores: Float32Array.of(0, 0, loudest, 0, 0, 0), embedding: new Float32Array(1) });
  }
  close = () => Promise.resolve();
}

let fake: FakeTeacher;
beforeEach(() => {
  fake = new FakeTeacher();
  jest.spyOn(Teacher, 'load').mockResolvedValue(fake as unknown as Teacher);
});
afterEach(() => void jest.restoreAllMocks());

async function* inPieces(samples: Float32Array, length: number): AsyncGenerator<Float32Array> {
  for (let from = 0; from < samples.length; from += length) yield samples.subarray(from, from + length);
}

async function shatter(seconds: number, clickAtS: number, pieceLength: number): Promise<number[]> {
  const samples = new Float32Array(seconds * RATE);
  samples[Math.round(clickAtS * RATE)] = 1;
  const peer = await TeacherPeer.open({ EARSHOT_TEACHER: 'teacher.onnx' });
  const scores = await peer.score(inPieces(samples, pieceLength));
  return scores[peer.labels.indexOf('glass_break')] as number[];
}

test.each([1_000, 12_345, 160_000])(
  'the teacher scores windows of 2 s that overlap by half, also if sound arrives in pieces of %i samples',
  async (pieceLength) => {
    // The click lies in the windows that begin at 1 and 2 s, so seconds 1 to 3 have its score.
    expect(await shatter(5, 2.5, pieceLength)).toEqual([0, 1, 1, 1, 0]);
    expect(fake.windows).toEqual([2 * RATE, 2 * RATE, 2 * RATE, 2 * RATE]);
  },
);

test('an incomplete window of 2 s is padded with silence', async () => {
  expect(await shatter(0.5, 0.2, 1_000)).toEqual([1, 1]);
  expect(await shatter(3.5, 3.2, 1_000)).toEqual([0, 0, 1, 1]);
});

test('without the path of the teacher network, the error names the environment variable to set', async () => {
  await expect(TeacherPeer.open({})).rejects.toMatchObject({ code: 'TEACHER' });
});
