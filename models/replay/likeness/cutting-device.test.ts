import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { sine } from '@earshot/shared/testing/noise.ts';
import { CuttingDevice } from './cutting-device.ts';
import { playedAtHome } from './played-again.ts';

const RELEASE = fileURLToPath(new URL('../../release/', import.meta.url));
const RATE = 16_000;

let network: Network;
let device: CuttingDevice;
beforeAll(async () => {
  network = await Network.load(await loadRelease(RELEASE));
  device = new CuttingDevice(network, 10, 'glass_break');
});
afterAll(() => network.close());

test('the clip of breaking glass is full and ends with the report of the device', async () => {
  const glass = readWav(await readFile(`${RELEASE}golden-glass.wav`)).channels[0]!;
  const [report] = await device.reportsOf(playedAtHome(glass, 'glass', 0), 'high');
  const { clip, afterS } = report!;
  expect(clip.samples).toHaveLength(10 * RATE);
  expect(afterS).toBeGreaterThan(0);
  expect(afterS).toBeLessThan(6);
  expect(clip.eventStartS).toBeGreaterThan(10 - afterS - 1);
  expect(clip.evidence.label).toBe('glass_break');
});

test('a sound that the device does not report sends no clip', async () => {
  expect(await device.reportsOf(playedAtHome(sine(RATE, 440, 0.1), 'tone', 0), 'high')).toEqual([]);
});
