import { request } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CandidateAccepted } from '@earshot/shared/contracts/candidate.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { z } from 'zod';
import { clipKey } from '../clips/clip-store.ts';
import { HttpSink } from '../testing/http-sink.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud, type TestCloudOptions } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';

type Accepted = z.infer<typeof CandidateAccepted>;

/**
 * A member deletes an incident while its clip is uploaded, queued or verified, or while its notification is sent. In each case the bytes
 * are removed, no link works, and nobody is notified.
 */
describe('deleting an incident', () => {
  let server: TestCloud;
  let phone: TestClient;
  let box: TestClient;
  const clip = beepClip();
  const candidate = makeCandidate('smoke_alarm', clip);

  async function start(options: TestCloudOptions): Promise<void> {
    server = await startTestCloud(options);
    const { cloud } = server;
    phone = await TestClient.pair(cloud.url, (await cloud.firstHome.phoneCode()).code, 'member', 'Ann');
    box = await TestClient.pair(cloud.url, (await cloud.firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
  }
  const incidents = async () => (await phone.call<{ items: Incident[] }>('GET', '/v1/incidents')).items;
  const deleteIt = async () => phone.call('DELETE', `/v1/incidents/${(await incidents())[0]?.id ?? ''}`);
  const bytes = () => server.cloud.parts.clips.get(clipKey(phone.homeId, candidate.id));
  const register = async () => (await box.call<Accepted>('PUT', `/v1/candidates/${candidate.id}`, candidate)).upload;

  afterEach(() => server[Symbol.asyncDispose]());

  test('before the upload: the upload link becomes invalid, and the device learns that the clip is not needed', async () => {
    await start({ roles: ['api'] });
    const upload = await register();
    await deleteIt();
    await expect(box.upload(upload as never, clip)).rejects.toThrow('404');
    expect(await bytes()).toBeNull();
    expect(await register()).toBeNull();
    expect(await incidents()).toEqual([]);
  });

  test('in the middle of the upload: bytes that arrive afterwards are not kept', async () => {
    await start({ roles: ['api'] });
    const upload = await register();
    const call = request(new URL(upload?.url ?? '', server.cloud.url), {
      method: 'PUT',
      headers: { ...upload?.headers, 'content-length': clip.length },
    });
    const answered = once(call, 'response') as Promise<[{ statusCode: number; resume(): void }]>;
    call.write(clip.subarray(0, 1_000));
    await until('the first bytes are there', () => call.socket !== null && call.socket.writableLength === 0);
    await deleteIt();
    call.end(clip.subarray(1_000));
    const [answer] = await answered;
    answer.resume();
    expect(answer.statusCode).toBe(404);
    expect(await bytes()).toBeNull();
  });

  test('while its clip is queued: the job finds nothing, and an earlier download link does not work', async () => {
    await start({ roles: ['api'] });
    await box.report(candidate, clip);
    const [incident] = await incidents();
    const { url } = await phone.call<{ url: string }>(
      'GET',
      `/v1/incidents/${incident?.id ?? ''}/clips/${candidate.id}`,
    );
    const play = () => fetch(new URL(url, server.cloud.url)).then(({ status }) => status);
    expect(await play()).toBe(200);
    await deleteIt();
    expect(await bytes()).toBeNull();
    expect(await play()).toBe(404);
    expect(await server.cloud.parts.queue.depth()).toMatchObject({ ready: 1 });
  });

  test('while its clip is verified: the verdict notifies nobody', async () => {
    let isScoring = false;
    const finish = Promise.withResolvers<void>();
    const scorer = {
      score: async () => {
        isScoring = true;
        await finish.promise;
        return { scores: { smoke_alarm: 0.99 }, embedding: null };
      },
    };
    await start({ scorer });
    await box.report(candidate, clip);
    await until('the clip is being scored', () => isScoring);
    await deleteIt();
    finish.resolve();
    await until('the job is done', async () => (await server.cloud.parts.queue.depth()).leased === 0);
    expect(await bytes()).toBeNull();
    expect(await incidents()).toEqual([]);
    expect(await server.cloud.parts.database.queries.selectFrom('notifications').selectAll().execute()).toEqual([]);
  });

  describe('while its notification is being sent', () => {
    const ntfy = new HttpSink();
    beforeEach(() => ntfy.start());
    afterEach(() => ntfy.stop());

    test('even if a channel hangs, the bytes are removed at once, and the notification is not tried again', async () => {
      const hanging = Promise.withResolvers<void>();
      ntfy.answer = (response) => void hanging.promise.then(() => response.writeHead(503).end());
      await start({});
      await phone.call('POST', '/v1/channels', { kind: 'ntfy', url: `${ntfy.url}/topic` });
      await box.report(candidate, clip);
      await until('the channel is called', () => ntfy.received.length === 1);
      await deleteIt();
      expect(await bytes()).toBeNull();
      hanging.resolve();
      await until(
        'the failed delivery is recorded',
        async () =>
          (await phone.call<{ items: { state: string }[] }>('GET', '/v1/channels')).items[0]?.state === 'failing',
      );
      expect(await server.cloud.parts.database.queries.selectFrom('notifications').selectAll().execute()).toEqual([]);
    });
  });
});

test('every deletion is recorded: what was deleted, why, when it was requested, and when the removal was confirmed', async () => {
  await using server = await startTestCloud({
    scorer: { score: async () => ({ scores: { glass_break: 0.01 }, embedding: null }) },
  });
  const { cloud } = server;
  const phone = await TestClient.pair(cloud.url, (await cloud.firstHome.phoneCode()).code, 'member', 'Ann');
  const box = await TestClient.pair(cloud.url, (await cloud.firstHome.deviceCode()).code, 'device', 'Box');
  const clip = beepClip();
  const candidate = makeCandidate('glass_break', clip);
  await box.report(candidate, clip);
  const proof = async () =>
    (
      await phone.call<{ deletions: { key: string; reason: string; bytes: number; doneAt: string | null }[] }>(
        'GET',
        '/v1/export',
      )
    ).deletions;
  await until('the rejected clip is gone', async () => (await proof())[0]?.doneAt != null);
  expect(await proof()).toMatchObject([
    { key: clipKey(phone.homeId, candidate.id), reason: 'rejected', bytes: clip.length },
  ]);
  expect(await cloud.parts.clips.get(clipKey(phone.homeId, candidate.id))).toBeNull();
});
