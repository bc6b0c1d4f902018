import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LIVE_BEAT_MS } from '@earshot/shared/contracts/live-beat.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { publish } from '../live/live-feed.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';

/** A browser passes only events to the page, not comments. So the page can notice that no beat came. */
const BEAT = 'event: beat\ndata: {"type":"beat"}\n\n';

describe('live streams', () => {
  let server: TestCloud;
  let phone: TestClient;
  let stop: AbortController;
  beforeEach(async () => {
    server = await startTestCloud();
    stop = new AbortController();
    phone = await TestClient.pair(server.cloud.url, (await server.cloud.firstHome.phoneCode()).code, 'member', 'Ann');
  });
  afterEach(async () => {
    stop.abort();
    await server[Symbol.asyncDispose]();
  });

  const open = async (client: TestClient, query = '') => {
    const answer = await fetch(new URL(`/v1/live${query}`, server.cloud.url), {
      headers: { authorization: `Bearer ${client.token}` },
      signal: stop.signal,
    });
    const stream = { status: answer.status, text: '', isOver: false };
    void (async () => {
      for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) stream.text += part;
    })()
      .catch(() => undefined)
      .finally(() => (stream.isOver = true));
    return stream;
  };
  const pairPhones = (count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const { code } = await server.cloud.firstHome.phoneCode();
        return TestClient.pair(server.cloud.url, code, 'member', `Phone ${at}`);
      }),
    );

  test('a member may have eight live streams, and may open a new one after one has ended', async () => {
    const streams = await Promise.all(Array.from({ length: 20 }, () => open(phone)));
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(8);
    expect(streams.filter(({ status }) => status === 429)).toHaveLength(12);
    stop.abort();
    stop = new AbortController();
    await until('a new stream is accepted', async () => (await open(phone)).status === 200);
  });

  test('a page that connects again and again has one stream, because each new stream ends the old one', async () => {
    const [other] = await pairPhones(1);
    const others = [await open(phone, '?page=b'), await open(phone), await open(other!, '?page=a')];
    const streams: Awaited<ReturnType<typeof open>>[] = [];
    for (let at = 0; at < 12; at++) streams.push(await open(phone, '?page=a'));
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
    await until('the old streams end', () => streams.slice(0, -1).every(({ isOver }) => isOver));
    expect([streams.at(-1)!, ...others].map(({ isOver }) => isOver)).toEqual([false, false, false, false]);
  });

  test('a stream on which nothing happens delivers a beat every 15 s', async () => {
    const stream = await open(phone);
    const beats = () => stream.text.split(BEAT).length - 1;
    await until('the first beat', () => beats() === 1);
    await sleep(LIVE_BEAT_MS - 1_000);
    expect(beats()).toBe(1);
    await until('the second beat', () => beats() === 2, 5_000);
  });

  test('a home may have forty live streams', async () => {
    const phones = await pairPhones(9);
    const streams = await Promise.all([phone, ...phones].flatMap((one) => Array.from({ length: 8 }, () => open(one))));
    expect(streams.filter(({ status }) => status === 200)).toHaveLength(40);
  });

  test('all streams of a home get an alarm within a second of each other, and the incident is read from the database only once', async () => {
    const phones = await pairPhones(4);
    const streams = await Promise.all([phone, ...phones].flatMap((one) => Array.from({ length: 8 }, () => open(one))));
    await until('all streams are open', () => streams.every(({ text }) => text.includes(BEAT)));
    const { code } = await server.cloud.firstHome.deviceCode();
    const box = await TestClient.pair(server.cloud.url, code, 'device', 'Box', 'Hall');
    const reads = countReads(server);
    const clip = beepClip();
    await box.report(makeCandidate('smoke_alarm', clip), clip);
    await until('all streams have the alarm', () => streams.every(({ text }) => text.includes('event: incident')));
    const events = Math.max(...streams.map(({ text }) => text.split('event: incident\n').length - 1));
    expect(reads()).toBeLessThanOrEqual(events + 10);
  });

  test('a change that cannot be rendered ends the streams, so that the pages load the state again', async () => {
    const stream = await open(phone);
    await until('it is open', () => stream.text.includes(BEAT));
    const { clock, database } = server.cloud.parts;
    const { queries } = database;
    const { id } = await queries.selectFrom('homes').select('id').executeTakeFirstOrThrow();
    const original = queries.selectFrom.bind(queries);
    Reflect.set(queries, 'selectFrom', (table: never) => {
      if ((table as unknown) === 'incidents') throw new Error('a read that fails');
      return original(table);
    });
    await publish(queries, clock, id, { type: 'incident', id: 'any' });
    await until('it ends', () => stream.isOver, 5_000);
    const next = await open(phone);
    await until('the page connects again', () => next.text.includes(BEAT));
    expect(next.isOver).toBe(false);
  });

  test('a stream opens only after changes are stored for it', async () => {
    const update = holdUpdatesOfHomes(server);
    const opening = open(phone);
    expect(await Promise.race([opening, sleep(1_000, 'nothing')])).toBe('nothing');
    update.resolve();
    const stream = await opening;
    expect(stream.status).toBe(200);
    await until('the first beat', () => stream.text === BEAT);
  });

  test('a stream for which changes cannot be stored is refused, and the next attempt is independent of it', async () => {
    const update = holdUpdatesOfHomes(server);
    const opening = [open(phone), open(phone)];
    await sleep(300);
    update.reject(new Error('a write that fails'));
    expect((await Promise.all(opening)).map(({ status }) => status)).toEqual([503, 503]);
    expect((await open(phone)).status).toBe(200);
  });

  test('the streams of a removed member end with the next keep-alive message', async () => {
    const [guest] = await pairPhones(1);
    if (!guest) throw new Error('no phone');
    const stream = await open(guest);
    await until('it is open', () => stream.text.includes(BEAT));
    await phone.call('DELETE', `/v1/members/${guest.id}`);
    await until('it ends', () => stream.isOver, 20_000, 100);
  });
});

/** Holds back the next update of a home until the test resolves it. */
function holdUpdatesOfHomes(server: TestCloud): PromiseWithResolvers<void> {
  const { queries } = server.cloud.parts.database;
  const held = Promise.withResolvers<void>();
  const original = queries.updateTable.bind(queries);
  Reflect.set(queries, 'updateTable', (table: never) => {
    if ((table as unknown) !== 'homes') return original(table);
    Reflect.set(queries, 'updateTable', original);
    const query = { set: () => query, where: () => query, execute: () => held.promise };
    return query;
  });
  return held;
}

/** Counts how often incidents are rendered: each rendering reads the incident's candidates with their clips. */
function countReads(server: TestCloud): () => number {
  const { queries } = server.cloud.parts.database;
  let reads = 0;
  const original = queries.selectFrom.bind(queries);
  Reflect.set(queries, 'selectFrom', (table: never) => {
    if ((table as unknown) === 'feedbacks' || (table as unknown) === 'candidates') reads++;
    return original(table);
  });
  return () => reads;
}
