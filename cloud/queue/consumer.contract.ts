import { beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { until } from '../testing/until.ts';
import { type ConsumerOptions, QueueConsumer } from './consumer.ts';
import { FailingQueue } from './testing/failing-queue.ts';
import type { WorkQueue } from './work-queue.ts';

/** Two seconds, because a lease of SQS is counted in whole seconds. */
const LEASE_MS = 2_000;
const HEARTBEAT_MS = 500;
const SOON_MS = 20_000;

/** The tests of the consumer with each queue adapter. work-queue.contract.ts runs them. */
export function consumerContract(queues: () => { queue: WorkQueue; other: WorkQueue }): void {
  describe('the consumer', () => {
    let queue: FailingQueue;
    let other: WorkQueue;
    let stop: AbortController;
    let errors: string[];
    beforeEach(() => {
      const opened = queues();
      queue = new FailingQueue(opened.queue);
      ({ other } = opened);
      stop = new AbortController();
      errors = [];
    });

    const send = (...bodies: string[]) =>
      other.send(bodies.map((body) => ({ body, lane: 'normal' as const, group: 'home-1' })));
    const consume = (handle: ConsumerOptions['handle'], more: Partial<ConsumerOptions> = {}) =>
      new QueueConsumer({
        queue,
        clock: systemClock,
        handle,
        atOnce: 4,
        waitMs: 5_000,
        leaseMs: LEASE_MS,
        heartbeatMs: HEARTBEAT_MS,
        firstRetryMs: 0,
        onQueueError: (_, doing) => errors.push(doing),
        onWorkError: (error) => errors.push((error as Error).message),
        ...more,
      }).run(stop.signal);
    const isEmpty = async () => {
      const { ready, leased } = await other.depth();
      return ready + leased === 0;
    };

    test('handles every message once, until the queue is empty', async () => {
      const handled: string[] = [];
      const sent = Array.from({ length: 25 }, (_, n) => `message ${n}`);
      await send(...sent);
      const running = consume(async ({ body }) => {
        handled.push(body);
        return 'done';
      });
      await until('all messages are handled', () => handled.length >= sent.length, SOON_MS);
      await until('all messages are acknowledged', isEmpty, SOON_MS);
      stop.abort();
      await running;
      expect(handled.sort()).toEqual(sent.sort());
      expect(errors).toEqual([]);
    });

    test('the consumer continues after errors of the queue and of the handler, and loses no message', async () => {
      queue.failNext('receive', 2);
      queue.failNext('ack', 1);
      queue.failNext('extend', 1);
      queue.failNext('release', 1);
      let failures = 1;
      const handled: string[] = [];
      await send('first', 'second');
      const running = consume(async ({ body }) => {
        await systemClock.sleep(2 * HEARTBEAT_MS);
        if (failures-- > 0) throw new EarshotError('CLIP_STORE', 'The store is down.');
        handled.push(body);
        return 'done';
      });
      await until('both messages are handled', () => handled.length === 2, SOON_MS);
      await until('both messages are acknowledged', isEmpty, SOON_MS);
      stop.abort();
      await running;
      expect(handled.sort()).toEqual(['first', 'second']);
      for (const doing of ['receive', 'acknowledge', 'extend a lease', 'release']) expect(errors).toContain(doing);
      expect(errors).toContainEqual(expect.stringContaining('The store is down.'));
    });

    test('a message whose handling takes longer than the lease is not delivered to another consumer', async () => {
      const deliveries: number[] = [];
      await send('long');
      const running = consume(async (message) => {
        deliveries.push(message.deliveries);
        await systemClock.sleep(2 * LEASE_MS);
        return 'done';
      });
      await until('the handler is working', () => deliveries.length === 1, SOON_MS);
      expect(await other.receive({ max: 1, waitMs: LEASE_MS + 1_000, leaseMs: LEASE_MS })).toEqual([]);
      await until('the message is acknowledged', isEmpty, SOON_MS);
      stop.abort();
      await running;
      expect(deliveries).toEqual([1]);
    });

    test('a message that can never be handled goes to the dead letters with the reason', async () => {
      await send('broken');
      const running = consume(async () => ({ bury: 'the clip is no WAV' }));
      await until('the message is a dead letter', async () => (await other.depth()).dead === 1, SOON_MS);
      stop.abort();
      await running;
      expect(await other.deadLetters(10)).toMatchObject([{ body: 'broken', reason: 'the clip is no WAV' }]);
    });

    test('a consumer that is stopped finishes the work in progress, and receives no more messages', async () => {
      const finish = Promise.withResolvers<void>();
      const handled: string[] = [];
      await send('in flight');
      const running = consume(async ({ body }) => {
        handled.push(body);
        await finish.promise;
        return 'done';
      });
      await until('the handler is working', () => handled.length === 1, SOON_MS);
      stop.abort();
      await send('later');
      finish.resolve();
      await running;
      expect(handled).toEqual(['in flight']);
      await queue.close();
      const [left] = await other.receive({ max: 10, waitMs: 10_000, leaseMs: LEASE_MS });
      expect(left).toMatchObject({ body: 'later' });
      await other.ack(left!);
    });

    test('when a handler gives up because its consumer stops, the next consumer receives the message at once', async () => {
      const atWork = Promise.withResolvers<void>();
      await send('long');
      const running = consume(
        async (_, signal) => {
          atWork.resolve();
          await systemClock.sleep(600_000, signal);
          return 'done';
        },
        { firstRetryMs: 600_000 },
      );
      await atWork.promise;
      stop.abort();
      await running;
      expect(errors).toEqual([]);
      expect(await other.receive({ max: 1, waitMs: 5_000, leaseMs: LEASE_MS })).toMatchObject([{ body: 'long' }]);
    });
  });
}
