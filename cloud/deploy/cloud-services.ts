import { Duration } from 'aws-cdk-lib';
import { AdjustmentType } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Port, type IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  ContainerImage,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  Secret as ContainerSecret,
} from 'aws-cdk-lib/aws-ecs';
import { ApplicationLoadBalancer, ApplicationProtocol, SslPolicy } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { LANES } from '../queue/work-queue.ts';
import { DATABASE_NAME } from './home-database.ts';
import type { WorkQueues } from './work-queues.ts';

const API_PORT = 8080;

export interface ServicesProps {
  vpc: IVpc;
  image: string;
  publicUrl: string;
  certificateArn: string;
  bucket: Bucket;
  queues: WorkQueues;
  queueUrl: string;
  database: DatabaseCluster;
  secret: Secret;
}

export interface Services {
  api: FargateService;
  workers: FargateService;
  balancer: ApplicationLoadBalancer;
}

/**
 * The API and the verifier workers. They run the same image and are stateless, so scaling only means running more of them.
 */
export function cloudServices(scope: Construct, props: ServicesProps): Services {
  const cluster = new Cluster(scope, 'Cluster', { vpc: props.vpc });
  const api = new FargateService(scope, 'Api', {
    cluster,
    taskDefinition: task(scope, 'ApiTask', props, ['cloud', '--no-worker']),
    desiredCount: 2,
    minHealthyPercent: 100,
    circuitBreaker: { rollback: true },
  });
  const workers = new FargateService(scope, 'Workers', {
    cluster,
    taskDefinition: task(scope, 'WorkerTask', props, ['worker']),
    desiredCount: 2,
    minHealthyPercent: 100,
    circuitBreaker: { rollback: true },
  });
  for (const service of [api, workers]) props.database.connections.allowDefaultPortFrom(service);
  scaleApi(api);
  scaleWorkers(workers, props.queues);
  return { api, workers, balancer: balancer(scope, props, api) };
}

function task(scope: Construct, id: string, props: ServicesProps, command: string[]): FargateTaskDefinition {
  const { bucket, queues, database, secret } = props;
  const definition = new FargateTaskDefinition(scope, id, {
    cpu: 1024,
    memoryLimitMiB: 2048,
    runtimePlatform: { cpuArchitecture: CpuArchitecture.X86_64 },
  });
  const login = database.secret;
  if (!login) throw new Error('the database has no generated login');
  definition.addContainer('earshot', {
    image: ContainerImage.fromRegistry(props.image),
    command,
    portMappings: [{ containerPort: API_PORT }],
    // Before a worker ends, it finishes its current batch and its open polls (5 s).
    stopTimeout: Duration.seconds(60),
    // If Node is a container's first process, it loses a SIGTERM that comes before its signal handlers are set.
    linuxParameters: new LinuxParameters(definition, 'Linux', { initProcessEnabled: true }),
    readonlyRootFilesystem: true,
    environment: {
      EARSHOT_HOST: '0.0.0.0',
      EARSHOT_PORT: String(API_PORT),
      EARSHOT_PUBLIC_URL: props.publicUrl,
      EARSHOT_CLIP_BUCKET: bucket.bucketName,
      EARSHOT_QUEUE_URL: props.queueUrl,
      AWS_REGION: bucket.stack.region,
      // Host, user and password are passed in libpq's own variables, so that no URL contains a password.
      EARSHOT_DATABASE_URL: `postgres:///${DATABASE_NAME}`,
      PGHOST: database.clusterEndpoint.hostname,
      PGSSLMODE: 'require',
    },
    secrets: {
      EARSHOT_SECRET: ContainerSecret.fromSecretsManager(secret),
      PGUSER: ContainerSecret.fromSecretsManager(login, 'username'),
      PGPASSWORD: ContainerSecret.fromSecretsManager(login, 'password'),
    },
    logging: LogDrivers.awsLogs({ streamPrefix: id, logRetention: RetentionDays.ONE_MONTH }),
  });
  bucket.grantReadWrite(definition.taskRole);
  bucket.grantDelete(definition.taskRole);
  definition.taskRole.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['s3:GetBucketVersioning'], resources: [bucket.bucketArn] }),
  );
  for (const queue of [...LANES.map((lane) => queues.lanes[lane]), queues.dead]) {
    queue.grantSendMessages(definition.taskRole);
    queue.grantConsumeMessages(definition.taskRole);
  }
  // The registry of the image is ECR in the same AWS account.
  definition.obtainExecutionRole().addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: ['*'],
    }),
  );
  return definition;
}

function balancer(scope: Construct, props: ServicesProps, api: FargateService): ApplicationLoadBalancer {
  const { vpc, certificateArn } = props;
  const alb = new ApplicationLoadBalancer(scope, 'Door', {
    vpc,
    internetFacing: true,
    // Must be more than the 15 s between two keep-alive messages of a live stream.
    idleTimeout: Duration.seconds(120),
    dropInvalidHeaderFields: true,
  });
  alb.addRedirect();
  const listener = alb.addListener('Https', {
    port: 443,
    protocol: ApplicationProtocol.HTTPS,
    sslPolicy: SslPolicy.TLS13_RES,
    certificates: [Certificate.fromCertificateArn(scope, 'Certificate', certificateArn)],
  });
  listener.addTargets('Api', {
    port: API_PORT,
    protocol: ApplicationProtocol.HTTP,
    targets: [api],
    deregistrationDelay: Duration.seconds(30),
    // Use /healthz, not /readyz: without its database the API still answers with a clear error, and replacing the API would not repair the
    // database.
    healthCheck: { path: '/healthz', interval: Duration.seconds(10), healthyThresholdCount: 2 },
  });
  api.connections.allowFrom(alb, Port.tcp(API_PORT));
  return alb;
}

function scaleApi(api: FargateService): void {
  api
    .autoScaleTaskCount({ minCapacity: 2, maxCapacity: 40 })
    .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 50, scaleInCooldown: Duration.minutes(10) });
}

/**
 * Scales by how long the oldest clip has waited for its verdict. Homeowners notice this delay, but not the CPU load of a worker.
 */
function scaleWorkers(workers: FargateService, { lanes }: WorkQueues): void {
  const age = new MathExpression({
    expression: 'MAX([urgent, normal])',
    usingMetrics: {
      urgent: lanes.urgent.metricApproximateAgeOfOldestMessage(),
      normal: lanes.normal.metricApproximateAgeOfOldestMessage(),
    },
    period: Duration.minutes(1),
    label: 'age of the oldest clip (s)',
  });
  workers.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 100 }).scaleOnMetric('QueueAge', {
    metric: age,
    adjustmentType: AdjustmentType.PERCENT_CHANGE_IN_CAPACITY,
    minAdjustmentMagnitude: 2,
    cooldown: Duration.minutes(1),
    scalingSteps: [
      { upper: 1, change: -20 },
      { lower: 5, change: 50 },
      { lower: 15, change: 100 },
      { lower: 60, change: 300 },
    ],
  });
}
