import { expect, test } from '@jest/globals';
import { queueForVerdict } from './verifier/intake/clip-arrival.ts';
import { createHome } from './homes/homes.ts';
import type { Caller } from './homes/tokens.ts';
import { TestParts } from './testing/test-parts.ts';

test('a flood of reports from one home does not delay the smoke and glass alarms of another home', async () => {
  await using home = await TestParts.open();
  const other = await createHome(home.parts, 'Other', 'UTC');
  const [noisy, quiet] = [await home.pair('device', 'Noisy'), await home.pair('device', 'Quiet', other.homeId)];
  for (let n = 0; n < 100; n++) await home.report(noisy, 'glass_break');
  await home.report(quiet, 'glass_break');
  await home.report(quiet, 'smoke_alarm');

  const messages = await home.parts.queue.receive({ max: 3, waitMs: 0, leaseMs: 1_000 });
  const order = messages.map(({ lane, group }) => `${lane} ${group === quiet.homeId ? 'quiet' : 'noisy'}`);
  expect(order).toEqual(['urgent quiet', 'normal noisy', 'normal quiet']);
});

test("when many clips are queued together, only clips above their home's fair share go to the bulk lane, and smoke clips never do", async () => {
  await using home = await TestParts.open();
  const other = await createHome(home.parts, 'Other', 'UTC');
  const [noisy, quiet] = [await home.pair('device', 'Noisy'), await home.pair('device', 'Quiet', other.homeId)];
  const loud = [];
  for (let n = 0; n < 21; n++) loud.push(await home.report(noisy, 'glass_break'));
  const calm = await home.report(quiet, 'glass_break');
  const smoke = await home.report(noisy, 'smoke_alarm');
  const { queries } = home.parts.database;
  await queries.deleteFrom('jobs').execute();

  let reads = 0;
  const counted = queries.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind === 'SelectQueryNode') reads++;
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  const database = Object.create(home.parts.database, { queries: { value: counted } }) as typeof home.parts.database;
  const clip = (box: Caller, candidateId: string, label: string) => ({ homeId: box.homeId, candidateId, label });
  await queueForVerdict({ ...home.parts, database }, [
    ...loud.map((id) => clip(noisy, id, 'glass_break')),
    clip(quiet, calm, 'glass_break'),
    clip(noisy, smoke, 'smoke_alarm'),
  ]);
  expect(reads).toBe(1);
  const messages = await home.parts.queue.receive({ max: 30, waitMs: 0, leaseMs: 1_000 });
  const order = messages.map(({ lane, group }) => `${lane} ${group === quiet.homeId ? 'quiet' : 'noisy'}`);
  expect(order).toEqual(['urgent noisy', 'normal quiet', ...loud.map(() => 'bulk noisy')]);
});
