import { expect, test } from '@jest/globals';
import { makeSample } from '@earshot/shared/testing/samples.ts';
import { v7 as uuid } from 'uuid';
import { changeSettings } from '../homes/homes.ts';
import { TestParts } from '../testing/test-parts.ts';
import { announceSample, listSamples } from './samples.ts';

const DAY_MS = 86_400_000;

test('the recording of a sample expires like a clip, and its score and feedback stay', async () => {
  await using home = await TestParts.open();
  const { parts, clip } = home;
  const { queries } = parts.database;
  const hall = await home.pair('device', 'Hall');
  await changeSettings(parts, hall.homeId, { samples: true }, null);
  const id = uuid();
  const sample = makeSample('glass_break', clip);
  await announceSample(parts, hall, id, sample);
  const { key } = await queries.selectFrom('samples').select('key').executeTakeFirstOrThrow();
  await parts.clips.put(key, clip, sample.clip.sha256);
  await queries.updateTable('samples').set({ state: 'stored', verdict: 'confirmed', feedback: 'wrong' }).execute();
  await home.clock.advance(29 * DAY_MS);
  await home.sweeper.turn();
  expect(await parts.clips.get(key)).not.toBeNull();
  await changeSettings(parts, hall.homeId, { retentionDays: 7 }, null);
  await home.sweeper.turn();
  expect(await parts.clips.get(key)).toBeNull();
  expect(await listSamples(queries, hall.homeId)).toMatchObject([{ id, feedback: 'wrong', playable: false }]);
});
