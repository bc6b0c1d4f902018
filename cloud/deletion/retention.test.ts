import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { clipKey } from '../clips/clip-store.ts';
import { changeSettings } from '../homes/homes.ts';
import type { Caller } from '../homes/tokens.ts';
import { TestParts } from '../testing/test-parts.ts';

const DAY_MS = 86_400_000;
let home: TestParts;
let hall: Caller;
beforeEach(async () => {
  home = await TestParts.open();
  hall = await home.pair('device', 'Hall');
});
afterEach(() => home[Symbol.asyncDispose]());

const bytes = (candidateId: string) => home.parts.clips.get(clipKey(hall.homeId, candidateId));
const confirmed = async (label = 'smoke_alarm') => {
  const id = await home.report(hall, label);
  await home.verdict(id, 'confirmed');
  return id;
};
const proofs = () =>
  home.parts.database.queries.selectFrom('deletions').select(['key', 'reason', 'doneAtMs']).execute();

test('retention deletes a clip after thirty days and records it, and the alert stays in the history', async () => {
  const id = await confirmed();
  await home.clock.advance(29 * DAY_MS);
  await home.sweeper.turn();
  expect(await bytes(id)).not.toBeNull();
  await home.clock.advance(DAY_MS);
  await home.sweeper.turn();
  expect(await bytes(id)).toBeNull();
  expect(await proofs()).toEqual([{ key: clipKey(hall.homeId, id), reason: 'expired', doneAtMs: home.clock.nowMs() }]);
  expect(await home.incidents()).toMatchObject([{ verdict: 'confirmed', evidence: [{ clip: { state: 'deleted' } }] }]);
});

test('a shorter retention also applies to existing clips', async () => {
  const id = await confirmed();
  await changeSettings(home.parts, hall.homeId, { retentionDays: 1 }, null);
  await home.clock.advance(DAY_MS);
  await home.sweeper.turn();
  expect(await bytes(id)).toBeNull();
});

test('a clip is deleted when it is rejected, unless the home has opted in to improving the models', async () => {
  const first = await home.report(hall, 'glass_break');
  await home.verdict(first, 'rejected');
  expect(await bytes(first)).toBeNull();
  await changeSettings(home.parts, hall.homeId, { helpImprove: true }, null);
  const second = await home.report(hall, 'glass_break');
  await home.verdict(second, 'rejected');
  expect(await bytes(second)).not.toBeNull();
});

test('a deletion that the store refuses is tried again until the bytes are gone', async () => {
  const id = await home.report(hall, 'glass_break');
  const { clips } = home.parts;
  const remove = clips.delete.bind(clips);
  let failures = 2;
  clips.delete = async (key) => {
    if (failures-- > 0) throw new Error('the disk is not mounted');
    await remove(key);
  };
  await home.verdict(id, 'rejected');
  expect(await proofs()).toMatchObject([{ doneAtMs: null }]);
  for (let n = 0; n < 3; n++) {
    await home.clock.advance(2_000);
    await home.sweeper.turn();
  }
  expect(await bytes(id)).toBeNull();
  expect(await proofs()).toMatchObject([{ doneAtMs: expect.any(Number) }]);
});
