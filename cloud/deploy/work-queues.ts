import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { LANES, MAX_DELIVERIES, type Lane } from '../queue/work-queue.ts';
import { DEAD_LETTER_LIFE_S, DEFAULT_LEASE_S } from './provision.ts';

export interface WorkQueues {
  lanes: Record<Lane, Queue>;
  dead: Queue;
}

/** The four queues that queue/sqs-queue.ts uses: one per lane, and one for the dead letters of all lanes. */
export function workQueues(scope: Construct, prefix: string): WorkQueues {
  const dead = new Queue(scope, 'Dead', {
    queueName: `${prefix}-dead`,
    retentionPeriod: Duration.seconds(DEAD_LETTER_LIFE_S),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
  const lane = (name: Lane) =>
    new Queue(scope, `Lane-${name}`, {
      queueName: `${prefix}-${name}`,
      visibilityTimeout: Duration.seconds(DEFAULT_LEASE_S),
      retentionPeriod: Duration.days(4),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: dead, maxReceiveCount: MAX_DELIVERIES },
    });
  const lanes = Object.fromEntries(LANES.map((name) => [name, lane(name)])) as Record<Lane, Queue>;
  return { lanes, dead };
}
