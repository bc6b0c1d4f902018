import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';
import { removeDevice, takeHeartbeat } from '../homes/devices.ts';
import type { Caller } from '../homes/tokens.ts';
import { giveFeedback } from '../incidents/member-actions.ts';
import { TestParts } from '../testing/test-parts.ts';

let home: TestParts;
let cellar: Caller;
let hall: Caller;
beforeEach(async () => {
  home = await TestParts.open();
  cellar = await home.pair('device', 'Cellar');
  hall = await home.pair('device', 'Hall');
});
afterEach(() => home[Symbol.asyncDispose]());

/**
 * Plays a smoke alarm in the cellar that these devices report, either as a verified alarm or as a test. At the end of the alarm, the
 * devices in `online` send heartbeats.
 */
async function alarm(hearing: Caller[], { test = false, online = [cellar, hall] } = {}): Promise<string> {
  const { why } = makeCandidate('smoke_alarm', null);
  for (const [at, device] of hearing.entries())
    await home.report(device, 'smoke_alarm', { test, why: { ...why, levelDbfs: -20 - 10 * at } });
  const { id, evidence } = (await home.incidents()).find(
    ({ label, state }) => label === 'smoke_alarm' && state === 'open',
  )!;
  if (!test) for (const { candidateId } of evidence) await home.verdict(candidateId, 'confirmed');
  for (let n = 0; n < 4; n++) {
    await home.pass(20_000);
    for (const device of online) await takeHeartbeat(home.parts, device, makeHeartbeat());
  }
  return id;
}
const notices = async () =>
  (await home.incidents())
    .filter(({ label }) => label === 'alarm_not_heard')
    .map(({ devices, state }) => `${devices[0]?.name} ${state}`);

test('a device that no longer hears an alarm is reported once, and the notice ends when the device hears the alarm again', async () => {
  await alarm([cellar, hall]);
  expect(await notices()).toEqual([]);
  await alarm([cellar]);
  await alarm([cellar], { test: true });
  expect(await notices()).toEqual(['Hall open']);
  const notice = (await home.incidents()).find(({ label }) => label === 'alarm_not_heard');
  expect(notice).toMatchObject({ class: 'upkeep', summary: expect.stringContaining('the smoke alarm in Cellar') });
  expect((await home.outbox()).filter((step) => step === 'Owner: upkeep')).toHaveLength(1);
  await alarm([cellar, hall], { test: true });
  expect(await notices()).toEqual(['Hall cleared']);
});

test('a device that never heard the alarm is not reported', async () => {
  await alarm([cellar]);
  await alarm([cellar]);
  expect(await notices()).toEqual([]);
});

test('a device that is offline is not reported, because it could not have reported the alarm', async () => {
  await alarm([cellar, hall]);
  await alarm([cellar], { online: [cellar] });
  expect(await notices()).toEqual([]);
});

test('the notice about a device that missed an alarm ends when the alarm is marked as wrong', async () => {
  await alarm([cellar, hall]);
  const id = await alarm([cellar]);
  expect(await notices()).toEqual(['Hall open']);
  await giveFeedback(home.parts, home.owner, id, 'wrong');
  expect(await notices()).toEqual(['Hall cleared']);
});

test('the notice about a device that missed an alarm ends when the device in the room of the alarm is removed', async () => {
  await alarm([cellar, hall]);
  await alarm([cellar]);
  await removeDevice(home.parts, home.owner, cellar.id);
  expect(await notices()).toEqual(['Hall cleared']);
});
