import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import { Manifest } from '@earshot/shared/contracts/release.ts';
import { whiteNoise } from '@earshot/shared/testing/noise.ts';
import { playedAgain, playedAtHome } from './played-again.ts';

const RELEASE = fileURLToPath(new URL('../../release/', import.meta.url));

test('the released verifier gives the same scores with and without an embedding', async () => {
  const { verifier } = Manifest.parse(JSON.parse(await readFile(`${RELEASE}manifest.json`, 'utf8')));
  const bytes = await readFile(RELEASE + verifier.file);
  const clip = {
    ...playedAgain(whiteNoise(16_000, 0.1, 1), 'noise', 0),
    evidence: { label: 'glass_break', why: { cadence: NO_CADENCE, scores: {} } },
  };
  const scorer = await ClipScorer.load(bytes, verifier);
  const scores = await scorer.score([clip]);
  const [scored] = await scorer.scoreAndEmbed([clip]);
  await scorer.close();
  expect(scored?.scores).toEqual(scores[0]);
  expect(scored?.embedding?.length).toBeGreaterThan(0);
});

test('the repeats of a sound are numbered: the same number gives the same samples, and another number gives others', () => {
  const sound = whiteNoise(16_000, 0.1, 1);
  expect(playedAgain(sound, 'noise', 1)).toEqual(playedAgain(sound, 'noise', 1));
  expect(playedAgain(sound, 'noise', 1).samples).not.toEqual(playedAgain(sound, 'noise', 2).samples);
});

test('a sound that is played in a room has the noise of the recording of this room, which starts anywhere and repeats', () => {
  const sound = whiteNoise(16_000, 0.1, 1);
  const room = Float32Array.of(0.25, -0.5);
  const { samples, eventStartS } = playedAgain(sound, 'noise', 1, room);
  const before = samples.subarray(0, Math.floor(eventStartS * 16_000));
  const ratios = before.slice(1).map((sample, at) => Math.min(sample / before[at]!, before[at]! / sample));
  expect(new Set(ratios.map((ratio) => Math.round(ratio * 1_000)))).toEqual(new Set([-2_000]));
  expect(playedAgain(sound, 'noise', 1).samples).not.toEqual(samples);
});

test('at home the background begins a whole clip before the sound, and continues until the device has decided', () => {
  const { samples, eventStartS } = playedAtHome(whiteNoise(16_000, 0.1, 1), 'noise', 1, Float32Array.of(0.25, -0.5));
  expect(eventStartS).toBeGreaterThanOrEqual(9.5);
  expect(samples).toHaveLength(14 * 16_000);
  expect(samples.every((sample) => sample !== 0)).toBe(true);
});
