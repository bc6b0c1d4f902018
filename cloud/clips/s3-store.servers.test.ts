import { PutBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { freePort, startMinio, type S3Server } from '@earshot/shared/testing/servers.ts';
import { newBucket, s3Client } from '../testing/scale.ts';
import { clipStoreContract } from './clip-store.contract.ts';
import { S3ClipStore } from './s3-store.ts';

describeWithServers('S3ClipStore on MinIO', ['minio'], () => {
  let server: S3Server;
  let client: S3Client;
  beforeAll(async () => {
    server = await startMinio();
    client = s3Client(server);
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  describe('S3ClipStore passes the tests for every clip store', () => {
    clipStoreContract(async () => {
      const bucket = await newBucket(client);
      return {
        store: new S3ClipStore(client, bucket),
        ago: (ms) => new S3ClipStore(client, bucket, new FakeClock(Date.now() - ms)),
        absolute: (url) => url,
        close: async () => undefined,
      };
    });
  });

  test("a download link names its reader, so that S3's access log shows the reader; the signature protects the name", async () => {
    const store = new S3ClipStore(client, await newBucket(client));
    const bytes = Buffer.from('sound');
    await store.put('homes/a/1.wav', bytes, createHash('sha256').update(bytes).digest('hex'));
    const { url } = await store.downloadLink('homes/a/1.wav', 60_000, 'member-1');
    expect(new URL(url).searchParams.get('x-reader')).toBe('member-1');
    expect((await fetch(url.replace('member-1', 'member-2'))).status).toBe(403);
  });

  test('the error for a bucket that does not exist names the bucket', async () => {
    await expect(new S3ClipStore(client, 'no-such-bucket').check()).rejects.toMatchObject({
      code: 'CLIP_STORE',
      detail: expect.stringContaining('no-such-bucket'),
    });
    await expect(new S3ClipStore(client, 'no-such-bucket').get('homes/a/1.wav')).rejects.toMatchObject({
      code: 'CLIP_STORE',
      details: { code: 'NoSuchBucket', retryable: false },
    });
  });

  test('a bucket with versioning is refused, because it keeps the bytes of deleted clips', async () => {
    const bucket = await newBucket(client);
    await client.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    await expect(new S3ClipStore(client, bucket).check()).rejects.toThrow(/keeps versions/);
  });

  test('the error for an unreachable store says that it is unreachable, and is retryable', async () => {
    const nobody = s3Client({ ...server, endpoint: `http://127.0.0.1:${await freePort()}` });
    await expect(new S3ClipStore(nobody, 'clips').get('homes/a/1.wav')).rejects.toMatchObject({
      code: 'CLIP_STORE',
      detail: expect.stringContaining('ECONNREFUSED'),
      details: { retryable: true },
    });
    nobody.destroy();
  });
});
