import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Hunch } from '@earshot/shared/contracts/hunches.ts';
import { changeSettings } from '../homes/homes.ts';
import type { Caller } from '../homes/tokens.ts';
import { TestParts } from '../testing/test-parts.ts';
import { listHunches } from './list-hunches.ts';

let home: TestParts;
let kitchen: Caller;
beforeEach(async () => {
  home = await TestParts.open();
  await home.openRelease();
  kitchen = await home.pair('device', 'Kitchen');
});
afterEach(() => home[Symbol.asyncDispose]());

const hunches = (): Promise<Hunch[]> => listHunches(home.parts, home.home.homeId);

/**
 * Adds an alert with this score that the verifier confirmed, then lets a day pass. The test release needs a score of 0.5 at medium and 0.7
 * at low sensitivity.
 */
async function alert(
  label: string,
  verifierScore: number,
  feedback: 'right' | 'wrong',
  release?: string,
): Promise<void> {
  const { version } = home.parts.releases.require().manifest;
  const id = await home.report(kitchen, label, { release: release ?? version });
  await home.verdict(id, 'confirmed');
  const { queries } = home.parts.database;
  const { incidentId } = await queries
    .selectFrom('candidates')
    .select('incidentId')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await queries.updateTable('candidates').set({ verifierScore }).where('id', '=', id).execute();
  await queries.updateTable('incidents').set({ feedback, activeKey: null }).where('id', '=', incidentId).execute();
  await home.clock.advance(86_400_000);
}

test('a lower level is suggested after members marked alerts as wrong, until they choose "not now" or the alerts are a month old', async () => {
  for (let n = 0; n < 4; n++) await alert('glass_break', n === 0 ? 0.75 : 0.6, 'wrong');
  await alert('glass_break', 0.9, 'right');
  const [hunch] = await hunches();
  expect(hunch).toMatchObject({
    label: 'glass_break',
    from: 'medium',
    to: 'low',
    place: 'Kitchen',
    wrong: { now: 4, then: 1 },
    right: { now: 1, then: 1 },
  });
  const until = new Date(home.clock.nowMs() + 86_400_000).toISOString();
  await changeSettings(home.parts, home.home.homeId, { hunchesNotNow: { glass_break: until } }, null);
  expect(await hunches()).toEqual([]);
  await home.clock.advance(2 * 86_400_000);
  expect(await hunches()).toHaveLength(1);
  await home.clock.advance(30 * 86_400_000);
  expect(await hunches()).toEqual([]);
});

test('a lower level is never suggested for a safety sound, and alerts of another release do not count', async () => {
  for (let n = 0; n < 4; n++) await alert('smoke_alarm', 0.6, 'wrong');
  for (let n = 0; n < 4; n++) await alert('glass_break', 0.6, 'wrong', '2025-01-01.1');
  expect(await hunches()).toEqual([]);
});
