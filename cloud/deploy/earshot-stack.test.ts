import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EarshotStack } from './earshot-stack.ts';
import { LANES, MAX_DELIVERIES } from '../queue/work-queue.ts';

let template: Template;
beforeAll(async () => {
  const outdir = await mkdtemp(join(tmpdir(), 'earshot-cdk-'));
  template = Template.fromStack(new EarshotStack(new App({ outdir }), 'Earshot'));
  await rm(outdir, { recursive: true });
});

/** The environment and the secrets of the container that runs `command`. */
function container(command: string[]): Record<string, unknown> {
  const tasks = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
  const found = tasks
    .map(({ Properties }) => Properties.ContainerDefinitions[0] as Record<string, unknown>)
    .find((each) => JSON.stringify(each.Command) === JSON.stringify(command));
  if (!found) throw new Error(`no container runs ${command.join(' ')}`);
  return found;
}

test('the clip bucket is private and encrypted, keeps no versions, requires TLS and expires its objects', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    BucketEncryption: Match.anyValue(),
    VersioningConfiguration: Match.absent(),
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        Match.objectLike({
          Status: 'Enabled',
          ExpirationInDays: 400,
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        }),
      ]),
    },
  });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});

test("each lane's queue moves a job to the dead letters after as many failed deliveries as the other queue adapters allow", () => {
  for (const lane of LANES)
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: `earshot-${lane}`,
      RedrivePolicy: { maxReceiveCount: MAX_DELIVERIES, deadLetterTargetArn: Match.anyValue() },
    });
  template.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'earshot-dead', MessageRetentionPeriod: 14 * 86_400 });
});

test('the database is encrypted, backed up, protected against deletion, and not in a public subnet', () => {
  template.hasResourceProperties('AWS::RDS::DBCluster', {
    Engine: 'aurora-postgresql',
    StorageEncrypted: true,
    DeletionProtection: true,
    BackupRetentionPeriod: 35,
  });
  for (const { Properties } of Object.values(template.findResources('AWS::RDS::DBInstance')))
    expect(Properties.PubliclyAccessible ?? false).toBe(false);
});

test('API and workers run the same image with at least two tasks each, and their plain environment contains no secret', () => {
  const [api, worker] = [container(['cloud', '--no-worker']), container(['worker'])];
  expect(api.Image).toEqual(worker.Image);
  for (const each of [api, worker]) {
    expect((each.Secrets as { Name: string }[]).map(({ Name }) => Name).sort()).toEqual([
      'EARSHOT_SECRET',
      'PGPASSWORD',
      'PGUSER',
    ]);
    const environment = each.Environment as { Name: string; Value: unknown }[];
    expect(environment.find(({ Name }) => Name === 'EARSHOT_DATABASE_URL')?.Value).toBe('postgres:///earshot');
    expect(environment.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining(['EARSHOT_CLIP_BUCKET', 'EARSHOT_QUEUE_URL', 'AWS_REGION', 'EARSHOT_PUBLIC_URL']),
    );
    expect(each.ReadonlyRootFilesystem).toBe(true);
    // If Node is a container's first process, it loses a SIGTERM that comes before its signal handlers are set.
    expect(each.LinuxParameters).toMatchObject({ InitProcessEnabled: true });
  }
  template.allResourcesProperties('AWS::ECS::Service', { DesiredCount: 2, LaunchType: 'FARGATE' });
});

test('workers are added when the oldest waiting clip gets older', () => {
  const policies = Object.values(template.findResources('AWS::CloudWatch::Alarm')).filter(({ Properties }) =>
    JSON.stringify(Properties.Metrics ?? '').includes('ApproximateAgeOfOldestMessage'),
  );
  expect(policies.length).toBeGreaterThan(0);
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2, MaxCapacity: 100 });
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', { PolicyType: 'StepScaling' });
});

test('operators are paged when safety clips wait longer than their deadline, and at the first dead letter', () => {
  const alarm = (MetricName: string, Threshold: number) =>
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName,
      Threshold,
      AlarmActions: Match.anyValue(),
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  alarm('ApproximateAgeOfOldestMessage', 10);
  alarm('ApproximateNumberOfMessagesVisible', 1);
});

test('the load balancer accepts only TLS 1.2 and 1.3, and redirects plain HTTP', () => {
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Protocol: 'HTTPS', Port: 443 });
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    Protocol: 'HTTP',
    DefaultActions: Match.arrayWith([Match.objectLike({ Type: 'redirect' })]),
  });
});

test('tasks may use only this bucket of S3 and these queues of SQS', () => {
  const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[],
  );
  for (const { Action, Resource } of statements)
    if (/"(s3|sqs):/.test(JSON.stringify([Action].flat()))) expect(JSON.stringify(Resource)).not.toContain('"*"');
});
