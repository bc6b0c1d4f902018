import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import {
  type PostgresServer,
  type S3Server,
  type SqsServer,
  startElasticMq,
  startMinio,
  startPostgres,
} from '@earshot/shared/testing/servers.ts';
import { createBucket, createQueues } from '../deploy/provision.ts';

/**
 * A client of the test's S3 server with that server's keys. In production the SDK takes the keys from the environment.
 */
export const s3Client = (server: S3Server): S3Client =>
  new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    forcePathStyle: true,
    credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

/** ElasticMQ accepts any credentials, but the SDK requires some. */
export const sqsClient = (server: SqsServer): SQSClient =>
  new SQSClient({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

/** Creates an empty bucket and returns its name. */
export async function newBucket(client: S3Client): Promise<string> {
  const bucket = `clips-${randomUUID()}`;
  await createBucket(client, bucket);
  return bucket;
}

/** Creates an empty database on the server and returns its URL. */
export async function newDatabase(server: PostgresServer): Promise<string> {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return server.urlOf(name);
}

export interface CloudAtScale {
  /** The environment variables with which cloud processes use these servers. */
  env: NodeJS.ProcessEnv;
  /** The keys of all objects in the bucket. */
  clipsLeft(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL, S3 and SQS with an empty database, a bucket and the queues. */
export async function startCloudAtScale(): Promise<CloudAtScale> {
  const [s3, sqs, postgres] = await Promise.all([startMinio(), startElasticMq(), startPostgres()]);
  const [clips, queues] = [s3Client(s3), sqsClient(sqs)];
  const bucket = await newBucket(clips);
  const env = {
    EARSHOT_DATABASE_URL: await newDatabase(postgres),
    EARSHOT_CLIP_BUCKET: bucket,
    EARSHOT_S3_ENDPOINT: s3.endpoint,
    EARSHOT_QUEUE_URL: await createQueues(queues, 'earshot'),
    EARSHOT_SECRET: randomUUID(),
    // A cloud on PostgreSQL refuses private addresses, but the tests' push services and webhooks are on this machine.
    EARSHOT_ALLOWED_HOSTS: 'localhost,127.0.0.1',
    AWS_REGION: s3.region,
    // The credentials of MinIO. ElasticMQ accepts any.
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  };
  queues.destroy();
  return {
    env,
    clipsLeft: async () => {
      const { Contents = [] } = await clips.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key }) => Key ?? '');
    },
    stop: async () => {
      clips.destroy();
      await Promise.all([s3.stop(), sqs.stop(), postgres.stop()]);
    },
  };
}
