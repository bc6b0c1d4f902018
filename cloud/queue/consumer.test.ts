import { expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import { openDatabase } from '../store/database.ts';
import { QueueConsumer } from './consumer.ts';
import { DatabaseQueue } from './database-queue.ts';
import { FailingQueue } from './testing/failing-queue.ts';

test.each([
  [0, 20_000],
  [10_000, 20_000],
  [30_000, 20_000],
])(
  'a heartbeat of %i ms for a lease of %i ms is refused, and the error contains both values',
  async (heartbeatMs, leaseMs) => {
    const consumer = new QueueConsumer({
      queue: null as never,
      clock: systemClock,
      handle: async () => 'done',
      atOnce: 1,
      waitMs: 1_000,
      leaseMs,
      heartbeatMs,
      firstRetryMs: 1_000,
      onQueueError: () => undefined,
      onWorkError: () => undefined,
    });
    await expect(consumer.run(AbortSignal.abort())).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      detail: expect.stringMatching(new RegExp(`is ${heartbeatMs} ms.*half of the lease, which is ${leaseMs} ms`)),
    });
  },
);

const LEASE_MS = 20_000;

/**
 * The queue as a process sees it that will be killed: after the kill, no call of the process reaches the real queue.
 */
class QueueOfProcess extends FailingQueue {
  isKilled = false;
  private readonly real: DatabaseQueue;

  constructor(real: DatabaseQueue) {
    super(real);
    this.real = real;
  }

  override ack = async (message: Parameters<DatabaseQueue['ack']>[0]) => {
    if (!this.isKilled) await this.real.ack(message);
  };
}

test('when a message kills every process that handles it, the other messages do not end in the dead letters', async () => {
  let aheadMs = 0;
  const clock = { ...systemClock, nowMs: () => Date.now() + aheadMs };
  const database = openDatabase('sqlite::memory:');
  await database.migrate();
  const queue = new DatabaseQueue(database, 'verify', clock);
  const bodies = ['first', 'second', 'third', 'killer', 'fourth', 'fifth', 'sixth', 'seventh'];
  await queue.send(bodies.map((body) => ({ body, lane: 'normal' as const, group: 'home' })));
  const done = new Set<string>();
  const isOpen = async () => {
    const { ready, leased } = await queue.depth();
    return ready + leased > 0;
  };
  // Each round of the loop simulates one process. It ends with the message that kills the process, or when the queue is empty.
  while (await isOpen()) {
    const process = new QueueOfProcess(queue);
    const stop = new AbortController();
    const consumer = new QueueConsumer({
      queue: process,
      clock,
      handle: async ({ body }) => {
        if (body === 'killer') {
          process.isKilled = true;
          stop.abort();
        }
        // The handlers of other messages are still busy when the process is killed.
        await systemClock.sleep(1);
        if (!process.isKilled) done.add(body);
        return 'done';
      },
      atOnce: 8,
      waitMs: 1,
      leaseMs: LEASE_MS,
      heartbeatMs: 5_000,
      firstRetryMs: 1_000,
      onQueueError: (error) => stop.abort(error),
      onWorkError: (error) => stop.abort(error),
      onIdle: () => void isOpen().then((open) => open || stop.abort()),
    });
    await consumer.run(stop.signal);
    // The messages of a killed process are received again only after their lease has expired.
    aheadMs += LEASE_MS;
  }
  expect((await queue.deadLetters(10)).map(({ body }) => body)).toEqual(['killer']);
  expect([...done].sort()).toEqual(bodies.filter((body) => body !== 'killer').sort());
  await database.close();
});

test('a message that the queue returns after the consumer was stopped is released, and the next consumer receives it at once', async () => {
  const database = openDatabase('sqlite::memory:');
  await database.migrate();
  const queue = new DatabaseQueue(database, 'verify', systemClock);
  await queue.send([{ body: 'later', lane: 'normal', group: 'home' }]);
  const stop = new AbortController();
  const answering = Object.assign(Object.create(queue) as DatabaseQueue, {
    receive: async (options: Parameters<DatabaseQueue['receive']>[0]) => {
      const received = await queue.receive(options);
      stop.abort();
      return received;
    },
  });
  const handled: string[] = [];
  await new QueueConsumer({
    queue: answering,
    clock: systemClock,
    handle: async ({ body }) => {
      handled.push(body);
      return 'done';
    },
    atOnce: 2,
    waitMs: 1_000,
    leaseMs: LEASE_MS,
    heartbeatMs: LEASE_MS / 4,
    firstRetryMs: 1_000,
    onQueueError: () => undefined,
    onWorkError: () => undefined,
  }).run(stop.signal);
  expect(handled).toEqual([]);
  expect(await queue.receive({ max: 1, waitMs: 0, leaseMs: LEASE_MS })).toMatchObject([{ body: 'later' }]);
});
