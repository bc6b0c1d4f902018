import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHome } from '../homes/homes.ts';
import type { Caller } from '../homes/tokens.ts';
import { TestParts } from '../testing/test-parts.ts';
import { Sweeper } from './sweeper.ts';

let home: TestParts;
let hall: Caller;
beforeEach(async () => {
  home = await TestParts.open();
  hall = await home.pair('device', 'Hall');
});
afterEach(() => home[Symbol.asyncDispose]());

const queries = () => home.parts.database.queries;
const queued = () => home.parts.queue.depth().then(({ ready }) => ready);
const clipState = async (candidateId: string) =>
  (await queries().selectFrom('clips').select('state').where('candidateId', '=', candidateId).executeTakeFirst())
    ?.state;

describe('one round of the sweeper', () => {
  test('reports a safety incident that has no verdict after 10 s, and signals that somebody must be notified', async () => {
    let changes = 0;
    const sweeper = new Sweeper(home.parts, () => changes++);
    await home.report(hall, 'smoke_alarm');
    await home.clock.advance(9_900);
    await sweeper.turn();
    expect([changes, await home.outbox()]).toEqual([0, []]);
    await home.clock.advance(100);
    await sweeper.turn();
    expect([changes, await home.outbox()]).toEqual([1, ['Owner: opened']]);
  });

  test('each person is notified once, even when several processes run a sweeper', async () => {
    await home.report(hall, 'smoke_alarm');
    await home.clock.advance(10_000);
    const sweepers = [new Sweeper(home.parts), new Sweeper(home.parts)];
    await Promise.all(sweepers.map((sweeper) => sweeper.turn()));
    expect(await home.outbox()).toEqual(['Owner: opened']);
  });

  test('queues a clip whose process was killed after storing it and before queueing it', async () => {
    const id = await home.report(hall, 'glass_break');
    const [message] = await home.parts.queue.receive({ max: 1, waitMs: 0, leaseMs: 1_000 });
    await home.parts.queue.ack(message!);
    await queries().updateTable('candidates').set({ queuedAtMs: null }).where('id', '=', id).execute();
    // A clip that was stored just now is left alone, because its process may be about to queue it.
    await home.sweeper.turn();
    expect(await queued()).toBe(0);
    await home.clock.advance(5_001);
    await home.sweeper.turn();
    expect(await queued()).toBe(1);
    await home.sweeper.turn();
    expect(await queued()).toBe(1);
  });

  test('finds a clip that a device uploaded directly to the store, without reporting the upload', async () => {
    const parts = { ...home.parts, clips: beside(home.parts.clips) };
    const id = await home.report(hall, 'glass_break');
    const [message] = await home.parts.queue.receive({ max: 1, waitMs: 0, leaseMs: 1_000 });
    await home.parts.queue.ack(message!);
    // The state that a device leaves when it is switched off right after its upload.
    await queries().updateTable('clips').set({ state: 'awaited', storedAtMs: null }).execute();
    await queries().updateTable('candidates').set({ queuedAtMs: null }).execute();
    await home.clock.advance(2_000);
    await new Sweeper(parts).turn();
    expect(await clipState(id)).toBe('stored');
    expect(await queued()).toBe(1);
  });

  test('a task that fails does not stop the other tasks of the round', async () => {
    const id = await home.report(hall, 'smoke_alarm');
    const parts = {
      ...home.parts,
      queue: { ...home.parts.queue, send: () => Promise.reject(new Error('the queue is unreachable')) } as never,
    };
    await queries().updateTable('candidates').set({ queuedAtMs: null }).where('id', '=', id).execute();
    await queries()
      .insertInto('changes')
      .values({ id: 'old', homeId: hall.homeId, atMs: home.clock.nowMs() - 60_000, event: '{}' })
      .execute();
    await home.clock.advance(10_000);
    await new Sweeper(parts).turn();
    expect(await home.outbox()).toEqual(['Owner: opened']);
    // The last task of a round deletes old rows of live streams.
    expect(await queries().selectFrom('changes').selectAll().where('id', '=', 'old').execute()).toEqual([]);
  });

  test('an incident that cannot be updated does not delay the other due incidents', async () => {
    const { homeId } = await createHome(home.parts, 'Broken', 'UTC');
    await home.report(await home.pair('device', 'Cellar', homeId), 'smoke_alarm');
    await home.report(hall, 'smoke_alarm');
    await queries().updateTable('settings').set({ body: 'no JSON' }).where('homeId', '=', homeId).execute();
    await home.clock.advance(10_000);
    await home.sweeper.turn();
    expect(await home.outbox()).toEqual(['Owner: opened']);
    expect(await home.incidents()).toMatchObject([{ verdict: 'unverified' }]);
    expect(await home.incidents(homeId)).toMatchObject([{ verdict: 'pending' }]);
  });
});

describe('the sweeper', () => {
  test('checks deadlines four times a second until it is stopped', async () => {
    await home.report(hall, 'smoke_alarm');
    const stop = new AbortController();
    const running = new Sweeper(home.parts).run(stop.signal);
    await home.clock.advance(10_250);
    expect(await home.outbox()).toEqual(['Owner: opened']);
    stop.abort();
    await running;
    await home.report(hall, 'co_alarm');
    await home.clock.advance(20_000);
    expect(await home.outbox()).toEqual(['Owner: opened']);
  });
});

/** Returns the file store disguised as a store to which devices upload directly. */
function beside(clips: TestParts['parts']['clips']): TestParts['parts']['clips'] {
  return new Proxy(clips, {
    get: (target, name) => {
      if (name === 'kind') return 's3';
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
