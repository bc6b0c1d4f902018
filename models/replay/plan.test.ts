import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeSyntheticRelease } from '@earshot/device/releases/testing/synthetic-release.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import { writeCorpus } from '../scenes/write-corpus.ts';
import { planReplay } from './plan.ts';
import type { PlayMode } from './play/play-list.ts';
import { replayOptions } from './testing/replay-options.ts';

const SCENES: PlayMode = { kind: 'scenes', count: 2, snrsDb: [] };
const HOUSE_DAYS: PlayMode = { kind: 'house-days', count: 1 };
const NAMES = ['ash', 'beech', 'cedar', 'elm', 'fir'];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'replay-plan-'));
  const { trustedKeys } = await writeSyntheticRelease(join(dir, 'release'), [{ label: 'smoke_alarm', band: 42 }]);
  await writeFile(join(dir, 'keys.json'), JSON.stringify(trustedKeys));
  process.env['EARSHOT_TRUSTED_KEYS'] = join(dir, 'keys.json');
  process.env['EARSHOT_CACHE'] = join(dir, 'cache');
});
afterAll(async () => {
  delete process.env['EARSHOT_TRUSTED_KEYS'];
  delete process.env['EARSHOT_CACHE'];
  await rm(dir, { recursive: true });
});

/** Plans a replay of a corpus with this number of recordings of each label, and returns the number of sessions. */
async function planned(mode: PlayMode, recordings: Readonly<Record<string, number>>): Promise<number> {
  const corpus = await mkdtemp(join(dir, 'corpus-'));
  const samples = whiteNoise(4 * 16_000, 0.1, 1);
  const train = Object.entries(recordings).flatMap(([label, count]) =>
    NAMES.slice(0, count).map((name) => ({ file: `train/${label}/${name}.wav`, label, samples })),
  );
  await writeCorpus(corpus, [...train, { file: 'rir/kitchen.wav', label: 'rir', samples: samples.subarray(0, 4_000) }]);
  return (await planReplay({ ...replayOptions(dir, 'out', { mode }), corpus }, null)).sessions.length;
}

test('scenes of a corpus of which no background is held back end with an error that says how many are needed', async () => {
  await expect(planned(SCENES, { background_room: 4, doorbell: 5 })).rejects.toMatchObject({
    code: 'CORPUS_EMPTY',
    message: expect.stringMatching(/holds back no background .* needs 5 recordings .* background_room: 4 /),
  });
});

test('scenes of a corpus without a background say that there is none', async () => {
  await expect(planned(SCENES, { doorbell: 5 })).rejects.toMatchObject({
    code: 'CORPUS_EMPTY',
    message: expect.stringContaining('There is no recording of this kind.'),
  });
});

test('scenes can be planned when one background is held back', async () => {
  expect(await planned(SCENES, { background_room: 5, doorbell: 1 })).toBe(2);
});

test('house days of a corpus of which only sounds to detect are held back end with an error', async () => {
  await expect(planned(HOUSE_DAYS, { background_room: 4, doorbell: 4, footsteps: 5 })).rejects.toMatchObject({
    code: 'CORPUS_EMPTY',
    message: expect.stringMatching(/holds back no sound other than those to detect/),
  });
});

test('house days need no held-back background', async () => {
  expect(await planned(HOUSE_DAYS, { background_room: 4, doorbell: 5 })).toBe(1);
});
