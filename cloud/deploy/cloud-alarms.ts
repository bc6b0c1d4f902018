import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { WorkQueues } from './work-queues.ts';

/** Alarms that page an operator. The text of each alarm says how it affects homes. */
export function cloudAlarms(scope: Construct, queues: WorkQueues, balancer: ApplicationLoadBalancer): Topic {
  const topic = new Topic(scope, 'Operators', { displayName: 'Earshot operators' });
  const alarm = (id: string, alarmDescription: string, metric: IMetric, threshold: number, evaluationPeriods = 1) => {
    const created = new Alarm(scope, id, {
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    created.addAlarmAction(new SnsAction(topic));
  };
  const minute = { period: Duration.minutes(1) };
  alarm(
    'SafetyWaits',
    'Safety clips wait longer than their 10 s deadline: homes are notified with "not verified yet".',
    queues.lanes.urgent.metricApproximateAgeOfOldestMessage(minute),
    10,
  );
  alarm(
    'SecurityWaits',
    'Glass and door clips wait a minute or more: there are too few workers.',
    queues.lanes.normal.metricApproximateAgeOfOldestMessage(minute),
    60,
    3,
  );
  alarm(
    'Poison',
    'Clips could not be verified: find the reasons (earshot worker --dead-letters), fix them, then redrive the queue.',
    queues.dead.metricApproximateNumberOfMessagesVisible(minute),
    1,
  );
  alarm(
    'ApiFails',
    'The API answers 5xx: devices keep their candidates and try again, but phones do not get new alerts.',
    balancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, minute),
    20,
    2,
  );
  return topic;
}
