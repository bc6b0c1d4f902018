import dns from 'node:dns';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { systemClock, type Clock } from '@earshot/shared/clock.ts';
import { Outbox } from '../outbox/outbox.ts';
import { makeRecord } from '../testing/candidates.ts';
import { TestCloud } from '../testing/test-cloud.ts';
import { BackOff } from '@earshot/shared/lifecycle/back-off.ts';
import { CloudClient } from './cloud-client.ts';
import { Delivery } from './delivery.ts';

const HOUR_MS = 3_600_000;
const LABELS = ['glass_break', 'smoke_alarm', 'low_battery_chirp', 'co_alarm', 'footsteps'];
const RANK: Record<string, number> = {
  smoke_alarm: 0,
  co_alarm: 0,
  glass_break: 1,
  footsteps: 1,
  low_battery_chirp: 2,
};

let dir: string;
let cloud: TestCloud;
let outbox: Outbox;
let stop: AbortController;
let running: Promise<void>;
const refused: string[] = [];
const online: boolean[] = [];
const clipFaults: string[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'earshot-delivery-'));
  cloud = new TestCloud();
  await cloud.start();
  outbox = new Outbox(dir, () => undefined);
  await outbox.start();
  stop = new AbortController();
  refused.length = 0;
  online.length = 0;
  clipFaults.length = 0;
});
afterEach(async () => {
  stop.abort();
  await running;
  await cloud.stop();
  rmSync(dir, { recursive: true });
});

function deliver(clock: Clock = systemClock, url = cloud.url): Delivery {
  const client = new CloudClient({ url, token: cloud.token });
  const events = {
    registered: () => undefined,
    delivered: () => undefined,
    refused: (_: unknown, error: { code: string }) => void refused.push(error.code),
    online: (is: boolean) => void online.push(is),
    clipsFail: (error: { code: string }) => void clipFaults.push(error.code),
  };
  const delivery = new Delivery(outbox, client, clock, events, () => new BackOff(10, 40));
  running = delivery.run(stop.signal);
  return delivery;
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !condition(); i++) await systemClock.sleep(10);
  expect(condition()).toBe(true);
}
const empty = () => outbox.stats().records === 0;

describe('Delivery', () => {
  test('after an hour without the cloud 50 candidates are delivered once, most urgent class first, marked late', async () => {
    await cloud.stop();
    const records = Array.from({ length: 50 }, (_, i) =>
      makeRecord(LABELS[i % 5], { atMs: Date.now() - HOUR_MS + i * 60_000 }),
    );
    for (const record of records) await outbox.put(record);
    deliver();
    await systemClock.sleep(200);
    await cloud.start();
    await until(empty);
    const ranks = cloud.registered.map(({ label }) => RANK[label]!);
    expect(ranks).toEqual([...ranks].sort());
    expect(cloud.registered).toHaveLength(50);
    expect(cloud.registered.every(({ late }) => late)).toBe(true);
    expect(cloud.registered.map(({ startedAt }) => startedAt).sort()).toEqual(
      records.map(({ candidate }) => candidate.startedAt).sort(),
    );
    expect(cloud.uploads).toHaveLength(50);
    expect(new Set(cloud.uploads).size).toBe(50);
  });

  test('a fresh candidate is not marked late, and its clip arrives byte for byte', async () => {
    const record = makeRecord();
    await outbox.put(record);
    deliver();
    await until(empty);
    expect(cloud.registered[0]!.late).toBe(false);
    expect(cloud.clips.get(record.candidate.id)).toEqual(Buffer.from(record.clip!));
  });

  test("while DNS cannot resolve the cloud's name the candidate stays in the outbox, and is delivered once afterwards", async () => {
    const record = makeRecord();
    await outbox.put(record);
    let questions = 0;
    let isKnown = false;
    type Answered = (error: Error | null, address?: string | dns.LookupAddress[], family?: number) => void;
    const lookup = jest.spyOn(dns, 'lookup') as unknown as jest.Mock<typeof dns.lookup>;
    lookup.mockImplementation(((_: string, options: dns.LookupOptions, answered: Answered) => {
      questions++;
      if (!isKnown) answered(Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' }));
      else if (options.all) answered(null, [{ address: '127.0.0.1', family: 4 }]);
      else answered(null, '127.0.0.1', 4);
    }) as typeof dns.lookup);
    deliver(systemClock, `http://earshot.example.test:${new URL(cloud.url).port}`);
    await until(() => questions >= 3);
    expect({ records: outbox.stats().records, online }).toEqual({
      records: 1,
      online: expect.arrayContaining([false]),
    });
    isKnown = true;
    await until(empty);
    lookup.mockRestore();
    expect(cloud.registered.map(({ id }) => id)).toEqual([record.candidate.id]);
    expect(cloud.uploads).toEqual([record.candidate.id]);
  });

  test('lost answers cause no duplicate candidates', async () => {
    await outbox.put(makeRecord());
    cloud.loseAnswers = true;
    deliver();
    await until(() => cloud.registered.length > 0);
    cloud.loseAnswers = false;
    await until(empty);
    expect(cloud.registered).toHaveLength(1);
    expect(cloud.clips.size).toBe(1);
  });

  test('sets aside a record that the cloud refuses for good, and delivers the other records', async () => {
    const [bad, good] = [makeRecord('smoke_alarm', { atMs: 1e12 }), makeRecord()];
    cloud.fail = { on: `PUT /v1/candidates/${bad.candidate.id}`, status: 400, code: 'BAD_REQUEST' };
    await outbox.put(bad);
    await outbox.put(good);
    deliver();
    await until(empty);
    expect(cloud.registered.map(({ id }) => id)).toEqual([good.candidate.id]);
    expect(refused).toEqual(['BAD_REQUEST']);
    expect(outbox.stats().corrupt).toBe(1);
  });

  test.each([401, 404, 429, 500, 503])(
    'after the status %i the record stays in the outbox and is retried',
    async (status) => {
      cloud.fail = {
        on: 'PUT /v1/candidates',
        status,
        code: status === 401 ? 'UNAUTHORIZED' : status === 404 ? 'NOT_FOUND' : status === 429 ? 'TOO_MANY' : 'INTERNAL',
      };
      await outbox.put(makeRecord());
      deliver();
      await until(() => online.length > 0);
      expect(outbox.stats().records).toBe(1);
      // An answer with Retry-After shows that the cloud can be reached.
      expect(new Set(online)).toEqual(new Set([status === 429]));
      cloud.fail = null;
      await until(empty);
      expect(cloud.registered).toHaveLength(1);
    },
  );

  test('an expired upload link is renewed by registering the metadata again', async () => {
    cloud.fail = { on: 'PUT /clips', status: 404, code: 'LINK_EXPIRED' };
    await outbox.put(makeRecord());
    deliver();
    await until(() => cloud.registered.length > 0);
    cloud.fail = null;
    await until(empty);
    expect(cloud.uploads).toHaveLength(1);
  });

  test('a clip in the store is not sent again when the cloud cannot confirm it immediately', async () => {
    cloud.clipsElsewhere = true;
    cloud.onStored = () => (cloud.fail = { on: 'PUT /v1/candidates', status: 429, code: 'TOO_MANY' });
    await outbox.put(makeRecord());
    deliver();
    await until(() => cloud.refusals >= 3);
    expect(outbox.stats().records).toBe(1);
    cloud.fail = null;
    await until(empty);
    expect(cloud.uploads).toHaveLength(1);
  });

  test('a clip that the store has lost is sent again', async () => {
    cloud.clipsElsewhere = true;
    cloud.onStored = () => {
      if (cloud.uploads.length === 1) cloud.clips.clear();
    };
    await outbox.put(makeRecord());
    deliver();
    await until(empty);
    expect(cloud.uploads).toHaveLength(2);
  });

  test('a slow clip does not delay the metadata of a record that is put in the meantime', async () => {
    cloud.fail = { on: 'PUT /clips', status: 503, code: 'CLIP_STORE' };
    await outbox.put(makeRecord('glass_break'));
    const delivery = deliver();
    await until(() => cloud.registered.length === 1);
    const alarm = makeRecord('smoke_alarm');
    await outbox.put(alarm);
    delivery.wake(alarm.candidate.id);
    await until(() => cloud.registered.length === 2);
    cloud.fail = null;
    await until(empty);
    expect(new Set(cloud.uploads).size).toBe(2);
  });

  test.each([-24, -1, 1, 24])(
    'a device clock that is %i h wrong neither delays clips nor marks them late',
    async (hours) => {
      const clock = { ...systemClock, nowMs: () => Date.now() + hours * HOUR_MS };
      const record = makeRecord('glass_break', { atMs: clock.nowMs() });
      await outbox.put(record);
      deliver(clock).wake(record.candidate.id);
      await until(empty);
      expect(cloud.registered.map(({ late }) => late)).toEqual([false]);
      expect(cloud.uploads).toHaveLength(1);
    },
  );

  test('a step of the wall clock during a back-off does not prolong the back-off, and marks no new record late', async () => {
    let stepMs = 0;
    const delivery = deliver({ ...systemClock, nowMs: () => Date.now() + stepMs });
    cloud.fail = { on: 'PUT /v1/candidates', status: 503, code: 'DATABASE' };
    const record = makeRecord();
    await outbox.put(record);
    delivery.wake(record.candidate.id);
    await until(() => cloud.refusals >= 2);
    stepMs = -HOUR_MS;
    const refusals = cloud.refusals;
    await until(() => cloud.refusals >= refusals + 2);
    stepMs = HOUR_MS;
    cloud.fail = null;
    await until(empty);
    expect(cloud.registered.map(({ late }) => late)).toEqual([false]);
  });

  test('an upload link that expired during a back-off is renewed before the clip is sent', async () => {
    let laterMs = 0;
    cloud.fail = { on: 'PUT /clips', status: 503, code: 'CLIP_STORE' };
    await outbox.put(makeRecord());
    deliver({ ...systemClock, monotonicMs: () => systemClock.monotonicMs() + laterMs });
    await until(() => cloud.refusals > 0);
    expect(cloud.registrations).toBe(1);
    laterMs = 2 * HOUR_MS;
    // Uploads that began before this are still refused; only a later upload may be stored.
    await until(() => cloud.registrations === 2);
    cloud.fail = null;
    await until(empty);
    expect(cloud.registrations).toBe(2);
    expect(cloud.uploads).toHaveLength(1);
  });

  test('links that the store always refuses are renewed with a back-off, not in a tight loop', async () => {
    cloud.fail = { on: 'PUT /clips', status: 403, code: 'FORBIDDEN' };
    await outbox.put(makeRecord());
    deliver();
    await systemClock.sleep(500);
    // The waits are 5 to 10, 10 to 20, then 20 to 40 ms, so at most 25 tries fit into half a second.
    expect(cloud.refusals).toBeGreaterThan(2);
    expect(cloud.refusals).toBeLessThan(30);
    expect(clipFaults).toEqual(['FORBIDDEN']);
    cloud.fail = null;
    await until(empty);
  });

  test.each([false, true])(
    'a sign-in page that answers 200 to the upload does not count as a delivery (separate clip store: %s)',
    async (elsewhere) => {
      cloud.clipsElsewhere = elsewhere;
      cloud.portal = 'PUT /clips';
      const record = makeRecord('glass_break');
      await outbox.put(record);
      deliver();
      await until(() => cloud.refusals >= 3);
      expect(outbox.stats().records).toBe(1);
      cloud.portal = null;
      await until(empty);
      expect(cloud.clips.get(record.candidate.id)).toEqual(Buffer.from(record.clip!));
      // The cloud itself was reachable all the time.
      expect(online).not.toContain(false);
    },
  );

  test('a clip that can never be delivered does not delay the other clips', async () => {
    const [bad, good] = [makeRecord('smoke_alarm'), makeRecord('glass_break')];
    cloud.fail = { on: `PUT /clips/${bad.candidate.id}`, status: 500, code: 'INTERNAL' };
    await outbox.put(bad);
    await outbox.put(good);
    deliver();
    await until(() => cloud.clips.has(good.candidate.id));
    expect(outbox.has(bad.candidate.id)).toBe(true);
    cloud.fail = null;
    await until(empty);
  });
});
