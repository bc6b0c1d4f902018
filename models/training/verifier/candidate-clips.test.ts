import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { Network } from '@earshot/device/network/network.ts';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { CandidateListener, candidatesOf } from './candidate-clips.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const NOTHING = { events: [], ignored: [] };
let network: Network;
let demo: Float32Array;

beforeAll(async () => {
  network = await Network.load(await loadRelease(join(ROOT, 'models', 'release')));
  demo = readWav(await readFile(join(ROOT, 'test-audio', 'demo.wav'))).channels[0] as Float32Array;
});
afterAll(() => network.close());

test('a sound that is pushed in pieces gives the same candidates and clips as the whole sound', async () => {
  const whole = await candidatesOf(network, { samples: demo, ...NOTHING }, 'medium');
  const listener = new CandidateListener(network, 'medium');
  const pieces = [];
  for (let at = 0; at < demo.length; at += 7 * SAMPLE_RATE)
    pieces.push(...(await listener.push({ samples: demo.subarray(at, at + 7 * SAMPLE_RATE), ...NOTHING })));
  pieces.push(...(await listener.finish()));
  expect(whole.length).toBeGreaterThan(1);
  expect(pieces).toEqual(whole);
});

test('a candidate in a later piece is judged by the labels of that piece', async () => {
  const alarm = { label: 'smoke_alarm', startS: 33, endS: 60 };
  const listener = new CandidateListener(network, 'medium');
  const half = 30 * SAMPLE_RATE;
  const first = await listener.push({ samples: demo.subarray(0, half), ...NOTHING });
  const second = await listener.push({ samples: demo.subarray(half), events: [alarm], ignored: [] });
  expect(first).toEqual([]);
  const smoke = second.filter(({ evidence }) => evidence.label === 'smoke_alarm');
  expect(smoke.length).toBeGreaterThan(0);
  expect(smoke.map(({ isReal }) => isReal)).not.toContain(false);
});
