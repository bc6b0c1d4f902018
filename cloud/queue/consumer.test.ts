import { expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import { QueueConsumer } from './consumer.ts';

test.each([
  [0, 20_000],
  [10_000, 20_000],
  [30_000, 20_000],
])('a heartbeat of %i ms for a lease of %i ms is refused, with both values', async (heartbeatMs, leaseMs) => {
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
});
