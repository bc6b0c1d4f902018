import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedStream } from './recorded-stream.ts';
import { StreamStore } from './stream-store.ts';

const STREAM: RecordedStream = {
  kind: 'event',
  seconds: 12.5,
  events: [{ label: 'smoke_alarm', startS: 1, endS: 9 }],
  ignored: [{ heads: '*', startS: 0, endS: 1 }],
  rows: Float32Array.of(0.25, -1, 3, 0.1),
  atS: Float64Array.of(0.32, 0.64),
  moments: Float64Array.of(5_120, -31.4, 10_240, -30),
  endSample: 10_240,
};
const neverRecord = (): Promise<RecordedStream> => Promise.reject(new Error('recorded a second time'));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streams-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a stream is recorded only once, and the next run reads exactly the same values from the disk', async () => {
  expect(await new StreamStore(folder).take('7', async () => STREAM)).toEqual(STREAM);
  expect(await new StreamStore(folder).take('7', neverRecord)).toEqual(STREAM);
});

test('a stream whose writing was interrupted is recorded again', async () => {
  await writeFile(join(folder, '7.part'), 'half');
  expect(await new StreamStore(folder).take('7', async () => STREAM)).toEqual(STREAM);
});
