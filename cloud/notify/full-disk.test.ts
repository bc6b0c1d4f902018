import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller } from '../homes/tokens.ts';
import { Sweeper } from '../incidents/sweeper.ts';
import type { Database } from '../store/database.ts';
import { HttpSink } from '../testing/http-sink.ts';
import { TestParts } from '../testing/test-parts.ts';
import { until } from '../testing/until.ts';
import { ActionLinks } from './action-links.ts';
import { addChannel } from './channels.ts';
import { Dispatcher, type SentNotification } from './dispatcher.ts';
import type { Notifier } from './notifier.ts';
import { NtfyNotifier } from './ntfy.ts';

describe('when the disk is full', () => {
  let home: TestParts;
  let hall: Caller;
  let isFull: boolean;
  let stop: AbortController;
  let running: Promise<unknown>;
  const ntfy = new HttpSink();
  const sent: SentNotification[] = [];

  beforeEach(async () => {
    home = await TestParts.open();
    hall = await home.pair('device', 'Hall');
    await ntfy.start();
    ntfy.received.length = 0;
    sent.length = 0;
    isFull = false;
    await addChannel(home.parts, home.owner, { kind: 'ntfy', url: `${ntfy.url}/topic` });
    const ntfyNotifier = new NtfyNotifier(null, new ActionLinks(home.parts.keys), home.clock);
    const parts = { ...home.parts, database: fillable(home.parts.database, () => isFull) };
    const dispatcher = new Dispatcher(parts, [ntfyNotifier] as Notifier[], (one) => sent.push(one));
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
    await ntfy.stop();
    await home[Symbol.asyncDispose]();
  });

  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) await home.clock.advance(1_000);
  };
  const titles = () => ntfy.received.map(({ body }) => (JSON.parse(body) as { title: string }).title);

  test('a registered smoke alarm is sent from memory at its 10 s deadline, and is not sent again when there is space', async () => {
    await home.report(hall, 'smoke_alarm');
    isFull = true;
    await pass(11);
    await until('the alarm is delivered', () => sent.length === 1);
    await pass(20);
    expect(titles()).toEqual(['Smoke alarm · Hall']);
    isFull = false;
    await pass(20);
    expect(titles()).toEqual(['Smoke alarm · Hall']);
    expect(await home.outbox()).toEqual(['Owner: opened']);
    const rows = await home.parts.database.queries.selectFrom('notifications').select(['state', 'sentBy']).execute();
    expect(rows).toEqual([{ state: 'sent', sentBy: 'ntfy' }]);
  });

  test('an alarm that is already in the outbox is sent without a lease', async () => {
    const id = await home.report(hall, 'smoke_alarm');
    isFull = true;
    await home.verdict(id, 'confirmed');
    await pass(5);
    await until('it is sent', () => sent.length === 1);
    isFull = false;
    await pass(20);
    expect(titles()).toEqual(['Smoke alarm · Hall']);
  });

  test('a glass break is not sent until there is space, because only safety alarms are sent from memory', async () => {
    const id = await home.report(hall, 'glass_break');
    isFull = true;
    await home.verdict(id, 'confirmed');
    await pass(30);
    expect(titles()).toEqual([]);
    isFull = false;
    await pass(5);
    await until('it is sent', () => sent.length === 1);
  });
});

/**
 * A wrapper of the database that refuses every transaction while the disk is full. Reads still work, as with a real SQLite file on a full
 * disk.
 */
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
