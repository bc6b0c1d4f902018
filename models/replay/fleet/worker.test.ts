import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FailingQueue } from '@earshot/cloud/queue/testing/failing-queue.ts';
import { until } from '@earshot/cloud/testing/until.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { putJson, resultKey, shardKey, type ShardJob } from './replay-shard.ts';
import { runReplayWorker } from './worker.ts';

let home: string;
let fleet: Fleet;
let queue: FailingQueue;
let stop: AbortController;
let lines: string[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'earshot-replay-worker-'));
  fleet = await openFleet({ EARSHOT_HOME: home });
  queue = new FailingQueue(fleet.queue);
  stop = new AbortController();
  lines = [];
});
afterEach(async () => {
  await fleet.close();
  await rm(home, { recursive: true });
});

const start = (store = fleet.store, idleMs: number | null = null) =>
  runReplayWorker({
    fleet: { ...fleet, store, queue },
    cache: join(home, 'cache'),
    idleMs,
    onShard: (line) => lines.push(line),
    signal: stop.signal,
  });

/** Sends a shard that was already played, so that the worker only has to acknowledge it. */
async function sendShard(): Promise<void> {
  const job: ShardJob = { run: randomBytes(12).toString('hex'), shard: 0 };
  await putJson(fleet.store, shardKey(job), { sessions: [] });
  await putJson(fleet.store, resultKey(job), []);
  await fleet.queue.send([{ body: JSON.stringify(job), lane: 'normal', group: job.run }]);
}
const isEmpty = async () => {
  const { ready, leased } = await fleet.queue.depth();
  return ready + leased === 0;
};

test('the replay worker continues after errors of the queue', async () => {
  queue.failNext('receive', 2);
  queue.failNext('ack', 1);
  await sendShard();
  const running = start();
  await until('the shard is acknowledged', isEmpty, 20_000);
  stop.abort();
  await running;
  expect(queue.pendingFailures).toBe(0);
  expect(lines).toContainEqual(expect.stringContaining('connection reset'));
});

test('the replay worker continues after an error of the store, and plays the shard again', async () => {
  let failures = 1;
  const store = new Proxy(fleet.store, {
    get: (target, name) => {
      if (name === 'get' && failures-- > 0) return () => Promise.reject(new Error('the store cannot be reached'));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  await sendShard();
  const running = start(store);
  await until('the shard is acknowledged', isEmpty, 20_000);
  stop.abort();
  await running;
  expect(lines).toContainEqual(expect.stringContaining('the store cannot be reached'));
  expect((await fleet.queue.depth()).dead).toBe(0);
});

test('a message that is not a shard goes to the dead letters', async () => {
  await fleet.queue.send([{ body: 'what?', lane: 'normal', group: 'nobody' }]);
  const running = start();
  await until('the message is in the dead letters', async () => (await fleet.queue.depth()).dead === 1, 20_000);
  stop.abort();
  await running;
});

test('the replay worker ends after the given time without work', async () => {
  await sendShard();
  await start(fleet.store, 100);
  expect(await isEmpty()).toBe(true);
});
