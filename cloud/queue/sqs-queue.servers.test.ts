import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@earshot/shared/clock.ts';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { freePort, startElasticMq, type SqsServer } from '@earshot/shared/testing/servers.ts';
import { createQueues } from '../deploy/provision.ts';
import { sqsClient } from '../testing/scale.ts';
import { SqsQueue } from './sqs-queue.ts';
import { LANES } from './work-queue.ts';
import { workQueueContract } from './work-queue.contract.ts';

describeWithServers('SqsQueue on ElasticMQ', ['elasticmq'], () => {
  let server: SqsServer;
  let client: SQSClient;
  beforeAll(async () => {
    server = await startElasticMq();
    client = sqsClient(server);
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  describe('SqsQueue passes the tests for every work queue', () => {
    workQueueContract(async () => {
      const opened: SqsQueue[] = [];
      return {
        open: async (name) => {
          const queue = new SqsQueue(sqsClient(server), await createQueues(client, name), systemClock);
          opened.push(queue);
          return queue;
        },
        close: async () => {
          await Promise.all(opened.map((queue) => queue.close()));
        },
      };
    });
  });

  test('a poll that ends after its receiver has stopped returns its messages to the queue', async () => {
    const url = await createQueues(client, 'standing');
    const receiver = new SqsQueue(sqsClient(server), url);
    const sender = new SqsQueue(sqsClient(server), url);
    // The receiver's wait ends, but its polls of all three lanes continue.
    expect(await receiver.receive({ max: 1, waitMs: 200, leaseMs: 30_000 })).toEqual([]);
    const closing = receiver.close();
    await sender.send(LANES.map((lane) => ({ body: lane, lane, group: 'home-1' })));
    await closing;
    const got = new Set<string>();
    for (let turn = 0; turn < 3; turn++)
      for (const { body } of await sender.receive({ max: 10, waitMs: 3000, leaseMs: 30_000 })) got.add(body);
    expect([...got].sort()).toEqual([...LANES].sort());
    await sender.close();
  });

  test('`check` fails when queues have no redrive policy, and names these queues', async () => {
    for (const part of ['dead', ...LANES]) await client.send(new CreateQueueCommand({ QueueName: `bare-${part}` }));
    const queue = new SqsQueue(client, `${server.endpoint}/000000000000/bare`);
    await expect(queue.check()).rejects.toMatchObject({ code: 'QUEUE', detail: expect.stringContaining('bare-dead') });
  });

  test('the error for a queue that does not exist is not retryable', async () => {
    const queue = new SqsQueue(client, `${server.endpoint}/000000000000/nobody`);
    const expected = { code: 'QUEUE', detail: expect.stringContaining('nobody'), details: { retryable: false } };
    await expect(queue.check()).rejects.toMatchObject(expected);
    await expect(queue.receive({ max: 1, waitMs: 0, leaseMs: 1000 })).rejects.toMatchObject(expected);
    await expect(queue.send([{ body: 'x', lane: 'bulk', group: 'g' }])).rejects.toMatchObject(expected);
  });

  test('the error for an unreachable server is retryable', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const queue = new SqsQueue(sqsClient({ ...server, endpoint }), `${endpoint}/000000000000/earshot`);
    await expect(queue.send([{ body: 'x', lane: 'urgent', group: 'g' }])).rejects.toMatchObject({
      code: 'QUEUE',
      details: { retryable: true },
    });
    await queue.close();
  });
});
