import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller } from '../homes/tokens.ts';
import { Sweeper } from '../incidents/sweeper.ts';
import type { Database } from '../store/database.ts';
import { HttpSink } from '../testing/http-sink.ts';
import { TestParts } from '../testing/test-parts.ts';
import { until } from '../testing/until.ts';
import { addChannel } from './channels.ts';
import { Dispatcher, type Told } from './dispatcher.ts';
import type { Notifier } from './notifier.ts';
import { WebhookNotifier } from './webhook.ts';

describe('when the disk is full', () => {
  let home: TestParts;
  let hall: Caller;
  let isFull: boolean;
  let stop: AbortController;
  let running: Promise<unknown>;
  const webhook = new HttpSink();
  const told: Told[] = [];

  beforeEach(async () => {
    home = await TestParts.open();
    hall = await home.pair('device', 'Hall');
    await webhook.start();
    webhook.received.length = 0;
    told.length = 0;
    isFull = false;
    await addChannel(home.parts, home.owner, { kind: 'webhook', url: webhook.url, secret: 'a long secret' });
    const parts = { ...home.parts, database: fillable(home.parts.database, () => isFull) };
    const dispatcher = new Dispatcher(parts, [new WebhookNotifier(home.clock)] as Notifier[], (one) => told.push(one));
    const sweeper = new Sweeper(
      parts,
      () => dispatcher.wake(),
      (rows) => dispatcher.sendUnwritten(rows),
    );
    stop = new AbortController();
    running = Promise.all([dispatcher.run(stop.signal), sweeper.run(stop.signal)]);
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await webhook.stop();
    await home[Symbol.asyncDispose]();
  });

  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) await home.clock.advance(1_000);
  };
  const steps = () => webhook.received.map(({ body }) => (JSON.parse(body) as { step: string }).step);

  test('an accepted smoke alarm is sent from memory at its ten seconds, once, also when there is space again', async () => {
    await home.report(hall, 'smoke_alarm');
    isFull = true;
    await pass(11);
    await until('it is sent', () => told.length === 1);
    await pass(20);
    expect(steps()).toEqual(['opened']);
    isFull = false;
    await pass(20);
    expect(steps()).toEqual(['opened']);
    expect(await home.outbox()).toEqual(['Owner: opened']);
    const rows = await home.parts.database.queries.selectFrom('notifications').select(['state', 'sentBy']).execute();
    expect(rows).toEqual([{ state: 'sent', sentBy: 'webhook' }]);
  });

  test('an alarm that waits in the outbox is sent without a lease', async () => {
    const id = await home.report(hall, 'smoke_alarm');
    isFull = true;
    await home.verdict(id, 'confirmed');
    await pass(5);
    await until('it is sent', () => told.length === 1);
    isFull = false;
    await pass(20);
    expect(steps()).toEqual(['opened']);
  });

  test('glass waits for space: only safety is sent without being noted', async () => {
    const id = await home.report(hall, 'glass_break');
    isFull = true;
    await home.verdict(id, 'confirmed');
    await pass(30);
    expect(steps()).toEqual([]);
    isFull = false;
    await pass(5);
    await until('it is sent', () => told.length === 1);
  });
});

/** The same database, which takes no transaction while the disk is full. (Reads go on, as with SQLite.) */
function fillable(database: Database, isFull: () => boolean): Database {
  return new Proxy(database, {
    get(target, name) {
      if (name === 'transact' && isFull())
        return () => Promise.reject(Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' }));
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
}
