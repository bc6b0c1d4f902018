import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Health } from '@earshot/shared/contracts/api.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { writeWav } from '@earshot/shared/audio/wav-write.ts';
import { clipKey } from '../clips/clip-store.ts';
import { FailingQueue } from '../queue/testing/failing-queue.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { agreeing, startTestCloud, type TestCloud, type TestCloudOptions } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';
import type { ScoresClips } from './scores-clips.ts';
import { VerifierWorker } from './worker.ts';

describe('the verifier worker', () => {
  let server: TestCloud;
  let phone: TestClient;
  let box: TestClient;
  const clip = beepClip();

  async function start(options: TestCloudOptions): Promise<void> {
    server = await startTestCloud(options);
    const { cloud } = server;
    phone = await TestClient.pair(cloud.url, (await cloud.firstHome.phoneCode()).code, 'member', 'Ann');
    box = await TestClient.pair(cloud.url, (await cloud.firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
  }
  const first = async () => (await phone.call<{ items: Incident[] }>('GET', '/v1/incidents')).items[0];
  const health = async () => (await (await fetch(new URL('/readyz', server.cloud.url))).json()) as Health;
  /** Starts a separate worker in addition to the API. The caller must stop it. */
  const work = (scorer: ScoresClips) => {
    const stop = new AbortController();
    const done = new VerifierWorker(server.cloud.parts, scorer, 8, () => undefined).run(stop.signal);
    return { stop, done };
  };
  afterEach(() => server[Symbol.asyncDispose]());

  test("the worker verifies clips with the test release's real network in a separate thread", async () => {
    await start({ scorer: null });
    await box.report(makeCandidate('smoke_alarm', clip), clip);
    await server.cloud.firstHome.settled(AbortSignal.timeout(15_000));
    expect(await first()).toMatchObject({ verdict: 'confirmed', notified: 1 });
  });

  test('while no worker runs, smoke is reported as unverified after 10 s, and the verdict follows when a worker runs again', async () => {
    await start({ roles: ['api'] });
    const registeredAtMs = Date.now();
    await box.report(makeCandidate('smoke_alarm', clip), clip);
    const sent: { step: string; verdict: string; afterMs: number }[] = [];
    server.cloud.events.on(
      'notification',
      ({ step }) =>
        void first().then((incident) =>
          sent.push({ step, verdict: incident?.verdict ?? '', afterMs: Date.now() - registeredAtMs }),
        ),
    );
    await until('it is reported', () => sent.length === 1);
    expect(sent[0]).toMatchObject({ step: 'opened', verdict: 'unverified' });
    expect(sent[0]?.afterMs).toBeGreaterThan(9_900);
    expect(sent[0]?.afterMs).toBeLessThan(13_000);
    const worker = work(agreeing);
    await until('the verdict is reported', () => sent.length === 2);
    expect(sent[1]).toMatchObject({ step: 'update:confirmed', verdict: 'confirmed' });
    worker.stop.abort();
    await worker.done;
  }, 40_000);

  test.each([
    ['poison', () => Buffer.from('this is not a WAV file')],
    ['far too long', () => writeWav(new Float32Array(61 * 16_000))],
  ])(
    'a clip that is %s goes to the dead letters and is counted in /health, and its smoke alarm is reported as unverified at once',
    async (_, make) => {
      await start({ scorer: null });
      const bad = make();
      const candidate = makeCandidate('smoke_alarm', bad);
      await box.report({ ...candidate, clip: candidate.clip && { ...candidate.clip, durationS: 2 } }, bad);
      await until('it is reported', async () => (await first())?.notified === 1, 9_000);
      expect(await first()).toMatchObject({ verdict: 'unverified', state: 'open' });
      expect(await server.cloud.parts.queue.deadLetters(5)).toMatchObject([
        { reason: expect.stringContaining('AUDIO_') },
      ]);
      expect(await health()).toMatchObject({ status: 'degraded', deadLetters: 1 });
    },
  );

  test('a smoke alarm whose clip is missing from the store is reported as unverified at once', async () => {
    await start({ roles: ['api'] });
    const candidate = makeCandidate('co_alarm', clip);
    await box.report(candidate, clip);
    await server.cloud.parts.clips.delete(clipKey(phone.homeId, candidate.id));
    const worker = work(agreeing);
    await until('it is reported', async () => (await first())?.notified === 1, 9_000);
    expect(await first()).toMatchObject({ verdict: 'unverified' });
    worker.stop.abort();
    await worker.done;
  });

  test('a clip that differs from the registered clip gets no verdict', async () => {
    await start({ roles: ['api'] });
    const candidate = makeCandidate('smoke_alarm', clip);
    await box.report(candidate, clip);
    const other = beepClip(3);
    const sha256 = createHash('sha256').update(other).digest('hex');
    await server.cloud.parts.clips.put(clipKey(box.homeId, candidate.id), other, sha256);
    const worker = work(agreeing);
    await until('smoke is reported', async () => (await first())?.notified === 1, 9_000);
    expect(await first()).toMatchObject({ verdict: 'unverified' });
    expect(await server.cloud.parts.queue.deadLetters(5)).toMatchObject([
      { reason: 'the clip differs from the registered clip' },
    ]);
    worker.stop.abort();
    await worker.done;
  });

  test('a message that is not a job goes to the dead letters', async () => {
    await start({});
    await server.cloud.parts.queue.send([{ body: 'what?', lane: 'normal', group: 'nobody' }]);
    await until('the message is a dead letter', async () => (await server.cloud.parts.queue.depth()).dead === 1);
  });

  test('a clip whose scoring fails temporarily is scored again, and nothing is lost', async () => {
    let failures = 1;
    await start({
      scorer: {
        score: async (given) => {
          if (failures-- > 0) throw new EarshotError('INTERNAL', 'The scoring thread ended.');
          return agreeing.score(given);
        },
      },
    });
    await box.report(makeCandidate('glass_break', clip), clip);
    await server.cloud.firstHome.settled(AbortSignal.timeout(20_000));
    expect(await first()).toMatchObject({ verdict: 'confirmed', notified: 1 });
  });

  test('errors of the queue do not end the worker, and every clip gets its verdict', async () => {
    await start({ roles: ['api'] });
    const queue = new FailingQueue(server.cloud.parts.queue);
    queue.failNext('receive', 2);
    queue.failNext('ack', 1);
    const stop = new AbortController();
    const worker = new VerifierWorker({ ...server.cloud.parts, queue }, agreeing, 8, () => undefined);
    const running = worker.run(stop.signal);
    await box.report(makeCandidate('glass_break', clip), clip);
    await server.cloud.firstHome.settled(AbortSignal.timeout(20_000));
    expect(await first()).toMatchObject({ verdict: 'confirmed' });
    await until('the message is acknowledged', async () => (await queue.depth()).leased === 0, 10_000);
    expect(queue.pendingFailures).toBe(0);
    stop.abort();
    await running;
  });

  test('a worker that is stopped finishes the work in progress, and receives no more clips', async () => {
    await start({ roles: ['api'] });
    const finish = Promise.withResolvers<void>();
    let scoring = 0;
    const worker = work({
      score: async (given) => {
        scoring++;
        await finish.promise;
        return agreeing.score(given);
      },
    });
    await box.report(makeCandidate('door', clip), clip);
    await until('it scores', () => scoring === 1);
    worker.stop.abort();
    await box.report(makeCandidate('footsteps', clip), clip);
    finish.resolve();
    await worker.done;
    const { items } = await phone.call<{ items: Incident[] }>('GET', '/v1/incidents');
    expect(items.map(({ label, verdict }) => `${label} ${verdict}`).sort()).toEqual([
      'door confirmed',
      'footsteps pending',
    ]);
    expect(await server.cloud.parts.queue.depth()).toMatchObject({ ready: 1, leased: 0 });
  });

  test("the home's sensitivity applies: the same score confirms a sound at high sensitivity and rejects it at low", async () => {
    await start({
      scorer: { score: async ({ evidence }) => ({ scores: { [evidence.label]: 0.4 }, embedding: null }) },
    });
    await phone.call('PATCH', '/v1/settings', {
      sounds: { glass_break: { modes: ['home'], level: 'high' }, door: { modes: ['home'], level: 'low' } },
    });
    for (const label of ['glass_break', 'door']) await box.report(makeCandidate(label, clip), clip);
    await server.cloud.firstHome.settled(AbortSignal.timeout(10_000));
    const { items } = await phone.call<{ items: Incident[] }>('GET', '/v1/incidents');
    expect(items.map(({ label, verdict }) => `${label} ${verdict}`).sort()).toEqual([
      'door rejected',
      'glass_break confirmed',
    ]);
  });

  test('when no scoring thread can be started any more, the cloud reports the fault and can still be stopped', async () => {
    await start({ scorer: null });
    const verifier = Reflect.get(server.cloud, 'verifier') as object;
    const { bytes } = Reflect.get(verifier, 'options') as { bytes: Uint8Array };
    bytes.fill(0);
    const [thread] = Reflect.get(verifier, 'running') as { worker: { terminate(): Promise<number> } }[];
    await thread?.worker.terminate();
    await expect(server.cloud.ended).rejects.toMatchObject({ code: 'RELEASE_BROKEN' });
    await box.report(makeCandidate('smoke_alarm', clip), clip);
    await until('smoke is reported as unverified', async () => (await first())?.notified === 1, 20_000);
  });
});
