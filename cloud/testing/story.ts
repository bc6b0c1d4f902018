import { expect } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { CloudProcess } from './cloud-processes.ts';
import { beepClip, makeCandidate, TestClient } from './test-client.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

const SECRET = 'the phone of the story';
const LABELS = ['smoke_alarm', 'co_alarm', 'glass_break'];
const CANDIDATES_A_LABEL = 4;
/** A worker holds its clips for so long: time enough to be killed while it does. */
const SCORE_MS = 1500;
/** A killed worker's lease (20 s) and what the next one needs. */
const VERDICTS_WITHIN_MS = 60_000;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function eventually(what: string, withinMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > untilMs) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Pair, hear, upload, verify, tell, listen, delete; one of the two workers is killed while it holds clips. The same on every set of
 * adapters: `env` says which.
 */
export async function tellStory(env: NodeJS.ProcessEnv): Promise<void> {
  const phoneSide = new WebhookReceiver(SECRET);
  await phoneSide.start();
  const setup = { ...env, EARSHOT_PORT: '0', EARSHOT_LOG_LEVEL: 'warn', TEST_SCORE_MS: String(SCORE_MS) };
  const api = new CloudProcess(['api'], setup);
  const { url } = await api.line('ready');
  const workers = [new CloudProcess(['worker'], setup), new CloudProcess(['worker'], setup)];
  try {
    const codes = await api.line('codes');
    const phone = await TestClient.pair(String(url), String(codes.phone), 'member', 'Ann');
    const device = await TestClient.pair(String(url), String(codes.device), 'device', 'Box', 'hall');
    await phone.call('POST', '/v1/channels', { kind: 'webhook', url: `${phoneSide.url}/ann`, secret: SECRET });
    await Promise.all(workers.map((worker) => worker.line('ready')));

    const clip = beepClip(3);
    const heard = LABELS.flatMap((label) =>
      Array.from({ length: CANDIDATES_A_LABEL }, () => makeCandidate(label, clip)),
    );
    const killed = Promise.race(
      workers.map(async (worker) => {
        await worker.line('scoring');
        return worker;
      }),
    ).then(async (worker) => {
      await worker.kill();
      return worker;
    });
    await Promise.all(heard.map((candidate) => device.report(candidate, clip)));
    expect((await killed).lines.filter(({ type }) => type === 'verdict')).toEqual([]);

    const incidents = async () => (await phone.call<{ items: Incident[] }>('GET', '/v1/incidents')).items;
    await eventually('every candidate has its verdict', VERDICTS_WITHIN_MS, async () => {
      const verdicts = (await incidents()).flatMap(({ evidence }) => evidence.map(({ verdict }) => verdict));
      return verdicts.length === heard.length && verdicts.every((verdict) => verdict === 'confirmed');
    });
    expect((await incidents()).map(({ label }) => label).sort()).toEqual([...LABELS].sort());

    await eventually('the phone was told of each', 10_000, () => opened(phoneSide).length >= LABELS.length);
    // A second alert for the same thing would come within the dispatcher's next turns.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(opened(phoneSide).sort()).toEqual((await incidents()).map(({ id }) => id).sort());
    const steps = phoneSide.told.map(({ body }) => `${body.incidentId} ${body.step}`);
    expect(new Set(steps).size).toBe(steps.length);

    const incident = (await incidents()).find(({ label }) => label === 'smoke_alarm');
    const candidateId = incident?.evidence[0]?.candidateId ?? '';
    const clipPath = `/v1/incidents/${incident?.id ?? ''}/clips/${candidateId}`;
    const link = await phone.call<{ url: string }>('GET', clipPath);
    const played = await fetch(new URL(link.url, String(url)));
    expect(sha256(new Uint8Array(await played.arrayBuffer()))).toBe(sha256(clip));

    await phone.call('DELETE', `/v1/incidents/${incident?.id ?? ''}`);
    await eventually('the bytes are gone', 5000, async () => {
      const answer = await fetch(new URL(link.url, String(url)));
      await answer.arrayBuffer();
      return !answer.ok;
    });
    expect((await phone.fetch('GET', clipPath)).status).toBe(404);
    expect(await incidents()).toHaveLength(LABELS.length - 1);
  } finally {
    await Promise.allSettled([...workers.map((worker) => worker.stop()), api.stop()]);
    await phoneSide.stop();
  }
}

/** The incidents of which the phone was told that they began, one entry a message. */
const opened = (phone: WebhookReceiver): string[] =>
  phone.told.filter(({ body }) => body.step === 'opened').map(({ body }) => body.incidentId);
