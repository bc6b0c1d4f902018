import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { PostgresServer, S3Server, SqsServer } from '@earshot/shared/testing/servers.ts';
import { createBucket } from '../deploy/provision.ts';

/** A client of the test's S3 server with its keys; production takes them from the environment. */
export const s3Client = (server: S3Server): S3Client =>
  new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    forcePathStyle: true,
    credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

/** ElasticMQ takes any credentials, but the SDK insists on some. */
export const sqsClient = (server: SqsServer): SQSClient =>
  new SQSClient({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

/** An empty bucket; answers its name. */
export async function newBucket(client: S3Client): Promise<string> {
  const bucket = `clips-${randomUUID()}`;
  await createBucket(client, bucket);
  return bucket;
}

/** An empty database of the server; answers its URL. */
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
