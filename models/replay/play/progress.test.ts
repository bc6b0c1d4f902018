import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { Progress } from './progress.ts';

function terminal() {
  const lines: string[] = [];
  const out = Object.assign(new PassThrough(), { isTTY: true });
  out.on('data', (bytes: Buffer) => lines.push(bytes.toString()));
  return { out: out as unknown as NodeJS.WriteStream, lines };
}

test('progress is shown during a session of a whole day, which counts as one session', async () => {
  const { out, lines } = terminal();
  const progress = new Progress(1, 0, out);
  progress.hear(0, 7_200);
  progress.advance(0, 86_400);
  progress.finish();
  await new Promise(setImmediate);
  expect(lines[0]).toMatch(/0\/1 {2}2:00:00 of sound.*the first session is playing/);
  expect(lines.at(-1)).toMatch(/1\/1 {2}24:00:00 of sound.*in 0:/);
});

test('sessions that were played before a kill count as done, but are not included in the speed', async () => {
  const { out, lines } = terminal();
  const progress = new Progress(3, 2, out);
  progress.advance(2, 60);
  progress.finish();
  await new Promise(setImmediate);
  expect(lines.at(-1)).toMatch(/3\/3 {2}1:00 of sound/);
});
