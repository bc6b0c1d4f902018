import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { once } from 'node:events';
import type { CandidateAccepted } from '@earshot/shared/contracts/candidate.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import type { z } from 'zod';
import { type CloudAtScale, startCloudAtScale } from '../testing/scale.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { agreeing, startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';

type Upload = NonNullable<z.infer<typeof CandidateAccepted>['upload']>;

/** Bytes must be gone this soon after the deletion, or after the last byte of an upload that could not be stopped. */
const GONE_WITHIN_MS = 5_000;

/**
 * Devices and phones use the bucket directly, through links that cannot be revoked, and deleted bytes must still be removed.
 * (deletion-races.test.ts tests the same races on the embedded store.)
 */
describeWithServers('deleting an incident on S3, SQS and PostgreSQL', ['minio', 'elasticmq', 'postgres'], () => {
  const before = { ...process.env };
  let scale: CloudAtScale;
  let server: TestCloud;
  let phone: TestClient;
  let box: TestClient;
  const clip = beepClip(10);

  beforeAll(async () => {
    scale = await startCloudAtScale();
    Object.assign(process.env, scale.env);
  }, 120_000);
  afterAll(async () => {
    process.env = before;
    await scale.stop();
  });
  const start = async (...given: Parameters<typeof startTestCloud>) => {
    server = await startTestCloud({ ...given[0], env: scale.env });
    const { cloud } = server;
    phone = await TestClient.pair(cloud.url, (await cloud.firstHome.phoneCode()).code, 'member', 'Ann');
    box = await TestClient.pair(cloud.url, (await cloud.firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
  };
  afterEach(() => server[Symbol.asyncDispose]());

  const put = async (candidate: ReturnType<typeof makeCandidate>) =>
    (await box.call<{ upload: Upload | null }>('PUT', `/v1/candidates/${candidate.id}`, candidate)).upload;
  const incidents = async () => (await phone.call<{ items: Incident[] }>('GET', '/v1/incidents')).items;
  const deleteAll = async () => {
    for (const { id } of await incidents()) await phone.call('DELETE', `/v1/incidents/${id}`);
  };
  const linkTo = async (candidateId: string) => {
    const [incident] = await incidents();
    return (await phone.call<{ url: string }>('GET', `/v1/incidents/${incident?.id ?? ''}/clips/${candidateId}`)).url;
  };
  const bytesAreGone = () =>
    until('the bytes are gone', async () => (await scale.clipsLeft()).length === 0, GONE_WITHIN_MS);

  test('in the middle of its upload: bytes that the bucket accepts afterwards are removed', async () => {
    await start({ roles: ['api'] });
    const upload = await put(makeCandidate('smoke_alarm', clip));
    const call = request(upload?.url ?? '', {
      method: 'PUT',
      headers: { ...upload?.headers, 'content-length': clip.length },
    });
    const answered = once(call, 'response') as Promise<[{ statusCode: number; resume(): void }]>;
    call.write(clip.subarray(0, 100_000));
    await until('the first bytes are there', () => call.socket !== null && call.socket.writableLength === 0);
    await deleteAll();
    call.end(clip.subarray(100_000));
    const [answer] = await answered;
    answer.resume();
    // The link was valid when the upload began, and the bucket does not know about deletions.
    expect(answer.statusCode).toBe(200);
    await bytesAreGone();
    expect(await incidents()).toEqual([]);
  }, 60_000);

  test('while its clip is queued: the bytes are removed, earlier links fail, and a second upload stores nothing', async () => {
    await start({ roles: ['api'] });
    const candidate = makeCandidate('co_alarm', clip);
    const upload = await put(candidate);
    await box.upload(upload as never, clip);
    expect(await put(candidate)).toBeNull();
    const link = await linkTo(candidate.id);
    expect((await fetch(link)).status).toBe(200);
    await deleteAll();
    await bytesAreGone();
    expect((await fetch(link)).status).toBe(404);
    await box.upload(upload as never, clip);
    await bytesAreGone();
    expect((await fetch(link)).status).toBe(404);
    expect(await put(candidate)).toBeNull();
  }, 60_000);

  test('while its clip is verified: the verdict notifies nobody, and no bytes remain', async () => {
    const scoring = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const scorer = {
      score: async (given: Parameters<typeof agreeing.score>[0]) => {
        scoring.resolve();
        await finish.promise;
        return agreeing.score(given);
      },
    };
    await start({ scorer });
    const candidate = makeCandidate('smoke_alarm', clip);
    await box.upload((await put(candidate)) as never, clip);
    await put(candidate);
    await scoring.promise;
    const link = await linkTo(candidate.id);
    await deleteAll();
    finish.resolve();
    await bytesAreGone();
    expect((await fetch(link)).status).toBe(404);
    expect(await incidents()).toEqual([]);
    expect(await server.cloud.parts.database.queries.selectFrom('notifications').selectAll().execute()).toEqual([]);
  }, 60_000);
});
