import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { consumerContract } from './consumer.contract.ts';
import {
  MAX_BODY_BYTES,
  MAX_DELIVERIES,
  type Lane,
  type OutgoingMessage,
  type ReceivedMessage,
  type WorkQueue,
} from './work-queue.ts';

export interface QueuesUnderTest {
  /** Opens a new, empty queue. A second call with the same name opens the same queue as another process would. */
  open(name: string): Promise<WorkQueue>;
  close(): Promise<void>;
}

const message = (body: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  body,
  lane: 'normal',
  group: 'home-1',
  ...more,
});
/** One second, because SQS counts leases in whole seconds. */
const LEASE_MS = 1000;
const LONG_LEASE_MS = 30_000;
const bodies = (messages: readonly { body: string }[]): string[] => messages.map(({ body }) => body);

/**
 * The tests that every work queue must pass. Each adapter's test calls this inside its own `describe`. They run in real
 * time, because servers have their own clocks.
 */
export function workQueueContract(openQueues: () => Promise<QueuesUnderTest>): void {
  let under: QueuesUnderTest;
  let queue: WorkQueue;
  let other: WorkQueue;
  beforeAll(async () => {
    under = await openQueues();
  });
  afterAll(() => under.close());
  beforeEach(async () => {
    const name = `t-${randomUUID()}`;
    queue = await under.open(name);
    other = await under.open(name);
  });

  const receive = (from: WorkQueue, options: { max?: number; waitMs?: number; leaseMs?: number } = {}) =>
    from.receive({ max: 10, waitMs: 2000, leaseMs: LONG_LEASE_MS, ...options });
  const receiveOne = async (from: WorkQueue, options: { waitMs?: number; leaseMs?: number } = {}) => {
    const [one] = await receive(from, { ...options, max: 1 });
    if (!one) throw new Error('nothing was received');
    return one;
  };
  /** Receives messages one after the other until there are `count`. */
  const drain = async (from: WorkQueue, count: number): Promise<ReceivedMessage[]> => {
    const all: ReceivedMessage[] = [];
    while (all.length < count) {
      const some = await receive(from);
      if (some.length === 0) break;
      all.push(...some);
    }
    return all;
  };

  test("a usable queue passes the queue's own check", () => queue.check());

  test('a message is delivered once and unchanged to another process', async () => {
    const body = JSON.stringify({ candidateId: randomUUID(), text: 'öffnen " \\ \u{1f525}' });
    await queue.send([message(body, { group: 'home-7', lane: 'urgent' })]);
    const got = await receiveOne(other);
    expect(got).toMatchObject({ body, group: 'home-7', lane: 'urgent', deliveries: 1 });
    expect(Math.abs(got.sentAtMs - Date.now())).toBeLessThan(30_000);
    expect(await receive(queue, { waitMs: 0 })).toEqual([]);
  });

  test('sends more messages than fit into one batch, without losing any', async () => {
    const sent = Array.from({ length: 57 }, (_, n) => `message ${n}`);
    await queue.send(sent.map((body) => message(body)));
    expect(bodies(await drain(other, sent.length)).sort()).toEqual(sent.sort());
  });

  test('sends messages whose total size exceeds one batch', async () => {
    const sent = ['a', 'b', 'c'].map((letter) => letter.repeat(120_000));
    await queue.send(sent.map((body) => message(body)));
    expect(bodies(await drain(other, 3)).sort()).toEqual(sent);
  });

  test('a batch with one message over the size limit is refused, and none of its messages is sent', async () => {
    await queue.send([message('x'.repeat(MAX_BODY_BYTES))]);
    expect((await receiveOne(other)).body).toHaveLength(MAX_BODY_BYTES);
    const tooLarge = queue.send([message('small'), message('x'.repeat(MAX_BODY_BYTES + 1))]);
    await expect(tooLarge).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    // The limit counts bytes, not characters.
    await expect(queue.send([message('ö'.repeat(MAX_BODY_BYTES / 2 + 1))])).rejects.toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
    });
    expect(await receive(other, { waitMs: 0 })).toEqual([]);
  });

  test('a new message in any lane wakes a waiting receiver', async () => {
    for (const lane of ['urgent', 'normal', 'bulk'] satisfies Lane[]) {
      const waiting = receive(other, { waitMs: 10_000 });
      await sleep(100);
      const sentAtMs = Date.now();
      await queue.send([message(lane, { lane })]);
      expect(bodies(await waiting)).toEqual([lane]);
      expect(Date.now() - sentAtMs).toBeLessThan(1500);
    }
  });

  test('an abort ends `receive` at once, without a message', async () => {
    const stop = new AbortController();
    const fromMs = Date.now();
    const waiting = queue.receive({ max: 1, waitMs: 20_000, leaseMs: LONG_LEASE_MS, signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    expect(await waiting).toEqual([]);
    expect(Date.now() - fromMs).toBeLessThan(1500);
    expect(await queue.receive({ max: 1, waitMs: 20_000, leaseMs: LONG_LEASE_MS, signal: stop.signal })).toEqual([]);
  });

  test('a message that arrives while a receiver stops is not lost: the next receiver soon gets it', async () => {
    const stop = new AbortController();
    const waiting = queue.receive({ max: 1, waitMs: 20_000, leaseMs: LONG_LEASE_MS, signal: stop.signal });
    await sleep(100);
    stop.abort();
    await waiting;
    const closing = queue.close?.();
    await other.send([message('just then')]);
    await closing;
    expect((await receiveOne(other, { waitMs: 10_000 })).body).toBe('just then');
  });

  test('urgent messages are received before normal messages, and normal before bulk messages, in whatever order they were sent', async () => {
    for (const lane of ['bulk', 'normal', 'urgent'] satisfies Lane[])
      await queue.send([message(`${lane} 1`, { lane }), message(`${lane} 2`, { lane })]);
    const lanes = (await drain(other, 6)).map(({ lane }) => lane);
    expect(lanes).toEqual(['urgent', 'urgent', 'normal', 'normal', 'bulk', 'bulk']);
  });

  test('an urgent message of another home is received next, even when a thousand messages of one home are waiting', async () => {
    const flood = Array.from({ length: 1000 }, (_, n) =>
      message(`glass ${n}`, { group: 'noisy', lane: n < 20 ? 'normal' : 'bulk' }),
    );
    await queue.send(flood);
    expect(await receive(other)).toHaveLength(10);
    await queue.send([message('smoke', { group: 'quiet', lane: 'urgent' })]);
    expect((await receiveOne(other)).body).toBe('smoke');
  });

  test('after its lease has expired, a message is received by the next receiver, as its second delivery', async () => {
    await queue.send([message('work')]);
    const first = await receiveOne(queue, { leaseMs: LEASE_MS });
    expect(await receive(other, { waitMs: 0 })).toEqual([]);
    const second = await receiveOne(other, { waitMs: 5000 });
    expect([second.id, second.deliveries]).toEqual([first.id, 2]);
    expect(second.receipt).not.toBe(first.receipt);
  });

  test('a message is not delivered to others while its lease is extended', async () => {
    await queue.send([message('long work')]);
    const held = await receiveOne(queue, { leaseMs: 2 * LEASE_MS });
    for (let beat = 0; beat < 3; beat++) {
      await sleep(LEASE_MS);
      expect(await queue.extend(held, 2 * LEASE_MS)).toBe(true);
    }
    expect(await receive(other, { waitMs: 0 })).toEqual([]);
    await queue.ack(held);
    expect(await receive(other, { waitMs: 2500 })).toEqual([]);
  });

  test('an acknowledged message is never delivered again, and acknowledging it twice is no error', async () => {
    await queue.send([message('done')]);
    const held = await receiveOne(queue, { leaseMs: LEASE_MS });
    await queue.ack(held);
    await queue.ack(held);
    expect(await receive(other, { waitMs: 2000 })).toEqual([]);
    expect(await queue.depth()).toMatchObject({ ready: 0, leased: 0, dead: 0, oldestAgeMs: 0 });
  });

  test('a receipt of an expired lease does not affect the current holder of the message', async () => {
    await queue.send([message('contested')]);
    const stale = await receiveOne(queue, { leaseMs: LEASE_MS });
    const held = await receiveOne(other, { waitMs: 5000 });
    expect(await queue.extend(stale, LONG_LEASE_MS)).toBe(false);
    await queue.release(stale, 0);
    await queue.bury(stale, 'not mine any more');
    await queue.ack(stale);
    expect(await receive(queue, { waitMs: 500 })).toEqual([]);
    expect(await queue.deadLetters(10)).toEqual([]);
    expect(await other.extend(held, LONG_LEASE_MS)).toBe(true);
  });

  test('a released message is delivered again after its delay, not earlier', async () => {
    await queue.send([message('later')]);
    const held = await receiveOne(queue);
    const fromMs = Date.now();
    await queue.release(held, 2000);
    expect(await receive(other, { waitMs: 0 })).toEqual([]);
    const again = await receiveOne(other, { waitMs: 8000 });
    expect(again.deliveries).toBe(2);
    // SQS counts delays in whole seconds, so the delay may be up to a second shorter.
    expect(Date.now() - fromMs).toBeGreaterThan(900);
  });

  test('a message that is sent with a delay is not received before the delay ends', async () => {
    await queue.send([message('in two seconds', { delayMs: 2000 })]);
    expect(await receive(other, { waitMs: 0 })).toEqual([]);
    expect((await receiveOne(other, { waitMs: 8000 })).body).toBe('in two seconds');
  });

  test('a message that always fails goes to the dead letters after its last delivery, and a redrive returns it to its lane', async () => {
    await queue.send([message('poison', { lane: 'urgent', group: 'home-9' })]);
    for (let delivery = 1; delivery <= MAX_DELIVERIES; delivery++) {
      const held = await receiveOne(queue, { waitMs: 5000 });
      expect(held.deliveries).toBe(delivery);
      await queue.release(held, 0);
    }
    expect(await receive(queue, { waitMs: 1000 })).toEqual([]);
    expect(await queue.deadLetters(10)).toMatchObject([{ body: 'poison', reason: expect.stringContaining('times') }]);
    expect(await queue.depth()).toMatchObject({ ready: 0, leased: 0, dead: 1 });

    expect(await other.redrive()).toBe(1);
    expect(await receiveOne(queue, { waitMs: 5000 })).toMatchObject({
      body: 'poison',
      lane: 'urgent',
      group: 'home-9',
      deliveries: 1,
    });
    expect(await queue.deadLetters(10)).toEqual([]);
  });

  test('a buried message is in the dead letters at once, with its reason, and listing dead letters does not remove them', async () => {
    await queue.send([message('broken', { lane: 'bulk', group: 'home-3' }), message('fine', { lane: 'urgent' })]);
    const held = (await drain(queue, 2)).find(({ body }) => body === 'broken');
    if (!held) throw new Error('not received');
    await queue.bury(held, 'the clip is no WAV');
    for (let look = 0; look < 2; look++)
      expect(await other.deadLetters(10)).toMatchObject([{ body: 'broken', reason: 'the clip is no WAV' }]);
    expect(await other.redrive()).toBe(1);
    expect(await receiveOne(other, { waitMs: 5000 })).toMatchObject({ body: 'broken', lane: 'bulk', group: 'home-3' });
  });

  test('the depth counts waiting and leased messages', async () => {
    await queue.send(['a', 'b', 'c'].map((body) => message(body)));
    await receiveOne(queue);
    expect(await other.depth()).toMatchObject({ ready: 2, leased: 1, dead: 0 });
  });

  test('two concurrent receivers never receive the same message', async () => {
    await queue.send(Array.from({ length: 60 }, (_, n) => message(String(n))));
    const shares = await Promise.all([drain(queue, 60), drain(other, 60)]);
    const all = bodies(shares.flat());
    expect(all).toHaveLength(60);
    expect(new Set(all).size).toBe(60);
  });

  consumerContract(() => ({ queue, other }));
}
