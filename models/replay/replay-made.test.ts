import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { writeSyntheticRelease } from '@earshot/device/releases/testing/synthetic-release.ts';
import { WHOLE_SCENE_S } from '../scenes/scene-types.ts';
import { replayMade } from './replay-made.ts';
import { replayOptions } from './testing/replay-options.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'replay-made-'));
  const { trustedKeys } = await writeSyntheticRelease(join(dir, 'release'), [{ label: 'smoke_alarm', band: 42 }]);
  await writeFile(join(dir, 'keys.json'), JSON.stringify(trustedKeys));
  process.env['EARSHOT_TRUSTED_KEYS'] = join(dir, 'keys.json');
});
afterAll(async () => {
  delete process.env['EARSHOT_TRUSTED_KEYS'];
  await rm(dir, { recursive: true });
});

test('a replay of scenes made by code needs no corpus and deletes the corpus that it makes', async () => {
  const { corpus: _, ...options } = replayOptions(dir, 'out', { mode: { kind: 'scenes', count: 8, snrsDb: [15] } });
  const { files, hours, problems, stages } = await replayMade(options);
  expect({ files, problems }).toEqual({ files: 8, problems: [] });
  expect(hours).toBeCloseTo((8 * WHOLE_SCENE_S) / 3_600, 6);
  expect(stages[0]?.results.slices['smoke_alarm']?.map(({ by }) => by)).toContain('microphone');
  const { corpus } = JSON.parse(await readFile(join(dir, 'out', 'report.json'), 'utf8')) as { corpus: unknown };
  expect(corpus).toMatchObject({ path: 'sounds made by code' });
  expect(await readdir(join(dir, 'out'))).not.toContain('.made-corpus');
});

test('a replay of scenes shows the progress of decoding the corpus before the first scene is played', async () => {
  const { corpus: _, ...options } = replayOptions(dir, 'shown', { mode: { kind: 'scenes', count: 1, snrsDb: [] } });
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    await replayMade(options);
    expect(String(written.mock.calls[0]?.[0])).toMatch(/^decoding the corpus \[/);
    expect(String(written.mock.calls.at(-1)?.[0])).toMatch(/1\/1 .* of sound/);
  } finally {
    written.mockRestore();
  }
});
