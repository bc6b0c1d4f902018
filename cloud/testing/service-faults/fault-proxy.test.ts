import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { FaultProxy } from './fault-proxy.ts';
import { S3_FAULTS } from './s3-faults.ts';
import type { ServiceFault } from './service-fault.ts';
import { SQS_FAULTS } from './sqs-faults.ts';

const CLIP = Buffer.from('a clip');
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const object = { Bucket: 'clips', Key: 'home/clip' };

let server: Server;
let proxy: FaultProxy;
/** The requests that the real server received. */
let received: { host: string | undefined; method: string; body: string }[] = [];

beforeEach(async () => {
  received = [];
  server = createServer((request, response) => {
    void buffer(request).then((body) => {
      received.push({ host: request.headers.host, method: request.method ?? '', body: body.toString() });
      const isQueue = request.headers['x-amz-target'] !== undefined;
      const text = isQueue ? JSON.stringify({ Successful: [], Failed: [] }) : CLIP;
      response.writeHead(200, { 'content-length': Buffer.byteLength(text) }).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});

/**
 * Starts a proxy that adds the fault with this name to every request to which the fault applies. Without a name it adds no fault.
 */
async function startWith(faults: readonly ServiceFault[], name?: string): Promise<string> {
  const chosen = faults
    .filter((fault) => fault.name.startsWith(name ?? 'none'))
    .map((fault) => ({ ...fault, share: 1 }));
  if (name !== undefined) expect(chosen).toHaveLength(1);
  // These random numbers are so large that no spell of faults (fault-proxy.ts) begins, but still smaller than 1.
  proxy = new FaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, chosen, () => 0.5);
  return proxy.start();
}

const s3At = (endpoint: string): S3Client =>
  new S3Client({ endpoint, region: 'test', forcePathStyle: true, credentials, maxAttempts: 1 });
const sqsAt = (endpoint: string): SQSClient => new SQSClient({ endpoint, region: 'test', credentials, maxAttempts: 1 });
const sendOne = (endpoint: string) =>
  sqsAt(endpoint).send(
    new SendMessageBatchCommand({ QueueUrl: `${endpoint}/queue`, Entries: [{ Id: '0', MessageBody: 'a job' }] }),
  );

test('without a fault, the proxy passes on requests and answers, with the Host header that the client signed', async () => {
  const url = await startWith(S3_FAULTS);
  await s3At(url).send(new PutObjectCommand({ ...object, Body: CLIP }));
  const { Body } = await s3At(url).send(new GetObjectCommand(object));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(CLIP);
  expect((await s3At(url).send(new HeadObjectCommand(object))).ContentLength).toBe(CLIP.length);
  expect(received.map(({ method }) => method)).toEqual(['PUT', 'GET', 'HEAD']);
  for (const { host } of received) expect(`http://${host ?? ''}`).toBe(url);
  expect(proxy.added).toEqual({});
});

test.each([
  ['S3: 503', 'SlowDown', 503],
  ['S3: 500', 'InternalError', 500],
  ['S3: 404', 'NoSuchKey', 404],
])('%s: the SDK understands the error, and the request does not reach the server', async (name, code, status) => {
  const s3 = s3At(await startWith(S3_FAULTS, name));
  await expect(s3.send(new GetObjectCommand(object))).rejects.toMatchObject({
    name: code,
    $metadata: { httpStatusCode: status },
  });
  expect(received).toEqual([]);
});

test.each([
  ['SQS: ThrottlingException', 'ThrottlingException'],
  ['SQS: RequestThrottled', 'RequestThrottled'],
  ['SQS: 500', 'InternalFailure'],
])('%s: the SDK understands the error, and the request does not reach the server', async (name, code) => {
  await expect(sendOne(await startWith(SQS_FAULTS, name))).rejects.toMatchObject({ name: code });
  expect(received).toEqual([]);
});

test('a lost answer: the server executes the request, and the client sees that the connection is cut', async () => {
  const s3 = s3At(await startWith(S3_FAULTS, 'S3: done'));
  await expect(s3.send(new PutObjectCommand({ ...object, Body: CLIP }))).rejects.toThrow();
  expect(received).toMatchObject([{ method: 'PUT', body: String(CLIP) }]);
});

test('a wrong byte: the clip has the right length, but a different hash', async () => {
  const s3 = s3At(await startWith(S3_FAULTS, 'S3: a clip with a wrong byte'));
  const { Body } = await s3.send(new GetObjectCommand(object));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  const hash = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');
  expect(bytes).toHaveLength(CLIP.length);
  expect(hash(bytes)).not.toBe(hash(CLIP));
});

test('delivered twice: the server receives the same message twice', async () => {
  await sendOne(await startWith(SQS_FAULTS, 'SQS: a message is delivered twice'));
  expect(received).toHaveLength(2);
  expect(received[0]?.body).toBe(received[1]?.body);
});

test('delivered late: the server is asked to deliver the message after a delay', async () => {
  await sendOne(await startWith(SQS_FAULTS, 'SQS: a message arrives'));
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ Entries: [{ MessageBody: 'a job', DelaySeconds: 4 }] });
});

test('a proxy with the same seed adds the same faults', async () => {
  const kinds = async () => {
    const random = seededRandom(3);
    proxy = new FaultProxy(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      S3_FAULTS.slice(0, 2),
      // Large enough that no spell of faults begins. A spell lasts a certain time, not a number of requests, so its faults could not be
      // repeated exactly.
      () => Math.max(0.01, random()),
    );
    const url = await proxy.start();
    const statuses: number[] = [];
    for (let n = 0; n < 60; n++) statuses.push((await fetch(`${url}/clips/${n}`)).status);
    return statuses;
  };
  const first = await kinds();
  await proxy.stop();
  expect(await kinds()).toEqual(first);
  expect(new Set(first)).toEqual(new Set([200, 500, 503]));
});
