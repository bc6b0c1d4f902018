import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TestParts } from '../testing/test-parts.ts';
import { type Change, publish } from './live-feed.ts';

let home: TestParts;
let stop: AbortController;
beforeEach(async () => {
  home = await TestParts.open();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await home[Symbol.asyncDispose]();
});

test('a change that was stored while reads failed for 20 s is passed on once when they succeed again', async () => {
  const { feed, clock, database } = home.parts;
  const { queries } = database;
  const { homeId } = home.home;
  await queries
    .updateTable('homes')
    .set({ watchedUntilMs: clock.nowMs() + 60_000 })
    .execute();
  const heard: Change[] = [];
  feed.listen(homeId, (change) => heard.push(change));
  const original = queries.selectFrom.bind(queries);
  let isBroken = true;
  Reflect.set(queries, 'selectFrom', (table: never) => {
    if (isBroken && (table as unknown) === 'changes') throw new Error('a read that fails');
    return original(table);
  });
  const running = feed.run(stop.signal);
  const change: Change = { type: 'incident', id: 'smoke' };
  await publish(queries, clock, homeId, change);
  await home.clock.advance(20_000);
  expect(heard).toEqual([]);
  isBroken = false;
  await home.clock.advance(20_000);
  expect(heard).toEqual([change]);
  stop.abort();
  await running;
});
