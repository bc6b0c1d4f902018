import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { LIVE_BEAT_MS } from '@earshot/shared/contracts/live-beat.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import type { Caller } from '../homes/tokens.ts';
import { type Change, publish } from '../live/live-feed.ts';
import type { SteadyClock } from '../time/steady-clock.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';
import { LiveStreams } from './live-streams.ts';

/** A browser passes only events to the page, not comments. So the page can notice that no beat came. */
const BEAT = 'event: beat\ndata: {"type":"beat"}\n\n';

let server: TestCloud;
let phone: TestClient;
let stop: AbortController;
const start = async (clock?: FakeClock) => {
  server = await startTestCloud(clock ? { clock } : {});
  stop = new AbortController();
  phone = await TestClient.pair(server.cloud.url, (await server.cloud.firstHome.phoneCode()).code, 'member', 'Ann');
};
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
const beatsOf = ({ text }: { text: string }) => text.split(BEAT).length - 1;

describe('live streams', () => {
  beforeEach(() => start());

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
    await until('the first beat', () => beatsOf(stream) === 1);
    await sleep(LIVE_BEAT_MS - 1_000);
    expect(beatsOf(stream)).toBe(1);
    await until('the second beat', () => beatsOf(stream) === 2, 5_000);
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

describe('live streams whose beats are late', () => {
  let clock: FakeClock;
  beforeEach(() => start((clock = new FakeClock())));

  /** Lets time pass in steps, so that answers over the network can arrive in between. */
  const pass = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 500) {
      await clock.advance(500);
      await sleep(1);
    }
  };
  const publishChange = async (change: Change) => {
    const { clock: cloudClock, database, feed } = server.cloud.parts;
    const { id } = await database.queries.selectFrom('homes').select('id').executeTakeFirstOrThrow();
    await publish(database.queries, cloudClock, id, change);
    feed.wake();
  };
  const isInformed = ({ text }: { text: string }) => text.includes('event: members');

  test('a beat that hangs ends the streams as soon as changes are no longer stored, and a page that connects then misses none', async () => {
    const stream = await open(phone);
    holdUpdatesOfHomes(server);
    await pass(2 * LIVE_BEAT_MS - 1_000);
    expect([beatsOf(stream), stream.isOver]).toEqual([1, false]);
    await pass(2_000);
    await until('the stream ends', () => stream.isOver, 1_000);
    const next = await open(phone);
    await publishChange({ type: 'members' });
    await until('the page learns of the change', () => isInformed(next), 2_000);
  });

  test("the streams end when the cloud's clock is set a minute forward, because changes may not have been stored", async () => {
    const stream = await open(phone);
    clock.step(60_000);
    (server.cloud.parts.clock as SteadyClock).setToWall();
    await pass(LIVE_BEAT_MS);
    await until('the stream ends', () => stream.isOver, 1_000);
  });

  test.each(['fails', 'does not answer'])('a read of the changes that %s ends the streams within 30 s', async (how) => {
    const stream = await open(phone);
    const mend = breakReadsOf(server, 'changes', how === 'fails' ? 'fail' : 'hang');
    await publishChange({ type: 'members' });
    await pass(2 * LIVE_BEAT_MS);
    await until('the stream ends', () => stream.isOver, 1_000);
    const refused = open(phone);
    await pass(LIVE_BEAT_MS);
    expect((await refused).status).toBe(503);
    mend();
    await pass(1_000);
    const next = await open(phone);
    await publishChange({ type: 'members' });
    await until('the page learns of the change', () => isInformed(next), 2_000);
  });

  test('a change that cannot be rendered for 30 s because a read does not answer ends the streams', async () => {
    const stream = await open(phone);
    const mend = breakReadsOf(server, 'incidents', 'hang');
    await publishChange({ type: 'incident', id: 'any' });
    await pass(2 * LIVE_BEAT_MS);
    mend();
    await until('the stream ends', () => stream.isOver, 1_000);
  });
});

describe('a stream that opens while the streams of its home end', () => {
  let clock: FakeClock;
  let streams: LiveStreams;
  let stopping: AbortController;
  let open: (reply: FastifyReply) => Promise<void>;
  beforeEach(async () => {
    await start((clock = new FakeClock()));
    stopping = new AbortController();
    streams = new LiveStreams(server.cloud.parts, stopping.signal);
    const { queries } = server.cloud.parts.database;
    const token = queries.selectFrom('tokens').selectAll().where('subjectId', '=', phone.id);
    const { hash, homeId } = await token.executeTakeFirstOrThrow();
    const caller: Caller = { kind: 'member', id: phone.id, homeId, tokenHash: hash };
    open = (reply) => streams.open(caller, reply);
  });
  afterEach(() => stopping.abort());

  const makeReply = () => {
    const raw = new ServerResponse(new IncomingMessage(new Socket()));
    const stream = { reply: { raw, hijack: () => undefined } as unknown as FastifyReply, raw, text: '' };
    jest.spyOn(raw, 'write').mockImplementation((part: unknown) => Boolean((stream.text += String(part))));
    return stream;
  };

  test('gets its beats, although it opens at the moment at which a failed beat ends the others', async () => {
    const [first, second] = [makeReply(), makeReply()];
    await open(first.reply);
    const update = holdUpdatesOfHomes(server);
    await clock.advance(LIVE_BEAT_MS);
    const opening = new Promise<void>((resolve) => {
      jest.spyOn(first.raw, 'end').mockImplementation(() => {
        queueMicrotask(() => resolve(open(second.reply)));
        return first.raw;
      });
    });
    update.reject(new Error('a write that fails'));
    await opening;
    for (let beats = 2; beats <= 4; beats++) {
      await until('the stream gets a beat', async () => {
        await clock.advance(500);
        return beatsOf(second) === beats;
      });
    }
  });

  test('is refused when the process has begun to stop', async () => {
    await open(makeReply().reply);
    stopping.abort();
    await sleep(1);
    await expect(open(makeReply().reply)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});

/** Lets all reads of a table fail or hang. Returns a function that mends them; reads that hang then answer that nothing was found. */
function breakReadsOf(server: TestCloud, broken: string, how: 'fail' | 'hang'): () => void {
  const { queries } = server.cloud.parts.database;
  const held = Promise.withResolvers<unknown[]>();
  const original = queries.selectFrom.bind(queries);
  Reflect.set(queries, 'selectFrom', (table: never) => {
    if ((table as unknown) !== broken) return original(table);
    if (how === 'fail') throw new Error('a read that fails');
    const chain = () => query;
    const query = {
      ...{ select: chain, selectAll: chain, where: chain, orderBy: chain, limit: chain },
      ...{ execute: () => held.promise, executeTakeFirst: () => held.promise.then(([row]) => row) },
    };
    return query;
  });
  return () => {
    Reflect.set(queries, 'selectFrom', original);
    held.resolve([]);
  };
}

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
