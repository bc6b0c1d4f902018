import { expect, test } from '@jest/globals';
import { createHome } from './homes/homes.ts';
import { TestParts } from './testing/test-parts.ts';

test("a flood from one home delays neither another home's smoke nor another home's glass behind it", async () => {
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
