import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import { sine, whiteNoise } from '@earshot/shared/testing/noise.ts';
import { writeSyntheticRelease } from '@earshot/device/releases/testing/synthetic-release.ts';
import { replay } from './replay.ts';
import { replayOptions } from './testing/replay-options.ts';

// Each worker thread loads all modules again, which is slow on a busy machine.
jest.setTimeout(180_000);

const RATE = 16_000;
/**
 * Amplitudes of a faint, a clear and a loud tone of 2.8 kHz. The test's release reports this tone, with a threshold of
 * 0.8 at "medium".
 */
const AMPLITUDES = { faint: 0.0019, clear: 0.004, loud: 0.2 };
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sensitivity-'));
  const heads = [{ label: 'glass_break', band: 40, threshold: 0.8 }];
  const { trustedKeys } = await writeSyntheticRelease(join(dir, 'release'), heads);
  await writeFile(join(dir, 'keys.json'), JSON.stringify(trustedKeys));
  process.env['EARSHOT_TRUSTED_KEYS'] = join(dir, 'keys.json');
  await mkdir(join(dir, 'corpus', 'glass_break'), { recursive: true });
  for (const [name, amplitude] of Object.entries(AMPLITUDES)) {
    const samples = whiteNoise(12 * RATE, 0.001, 3);
    samples.set(sine(1.5 * RATE, 2_820, amplitude), 2 * RATE);
    await writeFile(join(dir, 'corpus', 'glass_break', `${name}.wav`), writeWav(samples));
  }
});
afterAll(async () => {
  delete process.env['EARSHOT_TRUSTED_KEYS'];
  await rm(dir, { recursive: true });
});

async function hitsAt(level: Level): Promise<number> {
  const out = join(dir, level);
  await replay(replayOptions(dir, level, { level }));
  const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as {
    level: string;
    stages: { device: { labels: { glass_break: { positives: number; hits: number } } } };
  };
  const { positives, hits } = report.stages.device.labels.glass_break;
  expect([report.level, positives]).toEqual([level, 3]);
  return hits;
}

test('a replay at a higher sensitivity finds quieter sounds', async () => {
  const hits: number[] = [];
  for (const level of LEVELS) hits.push(await hitsAt(level));
  const [low, medium, high] = hits as [number, number, number];
  expect(low).toBe(2);
  expect(high).toBe(3);
  expect(medium).toBeGreaterThanOrEqual(low);
  expect(medium).toBeLessThanOrEqual(high);
});
