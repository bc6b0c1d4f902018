import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HomeExport } from '@earshot/shared/contracts/api.ts';
import type { HomeView, Incident } from '@earshot/shared/contracts/home.ts';
import type { LoggedWindow, Sample, SampleRequest } from '@earshot/shared/contracts/samples.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { makeSample } from '@earshot/shared/testing/samples.ts';
import { v7 as uuid } from 'uuid';
import { homePrefix } from '../clips/clip-store.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';

const TOKEN = 'the-token-of-the-people-who-run-it';
type Upload = Parameters<TestClient['upload']>[0];

let server: TestCloud;
let ann: TestClient;
let box: TestClient;
/** The score that the fake verifier gives to every clip. */
let score = 0.99;
const clip = beepClip();

beforeEach(async () => {
  score = 0.99;
  server = await startTestCloud({
    env: { EARSHOT_OPERATIONS_TOKEN: TOKEN },
    scorer: { score: async ({ evidence }) => ({ scores: { [evidence.label]: score }, embedding: null }) },
  });
  const { url, firstHome } = server.cloud;
  ann = await TestClient.pair(url, (await firstHome.phoneCode()).code, 'member', 'Ann');
  box = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Kitchen');
});
afterEach(() => server[Symbol.asyncDispose]());

const optIn = (samples = true) => ann.call('PATCH', '/v1/settings', { samples });
const announce = async (id: string, request: SampleRequest) =>
  (await box.call<{ upload: Upload | null }>('PUT', `/v1/samples/${id}`, request)).upload;
/** Sends a sample as a device does, and waits for the verifier's verdict. */
async function send(given: Partial<SampleRequest> = {}): Promise<string> {
  const id = uuid();
  const upload = await announce(id, makeSample('glass_break', clip, given));
  await box.upload(upload as Upload, clip);
  await box.call('POST', `/v1/samples/${id}/stored`);
  const row = () => queries().selectFrom('samples').select('verdict').where('id', '=', id).executeTakeFirst();
  await until('the sample is checked', async () => (await row())?.verdict !== 'pending', 30_000);
  return id;
}
const queries = () => server.cloud.parts.database.queries;
const list = async () => (await ann.call<{ items: Sample[] }>('GET', '/v1/samples')).items;
const log = async () => {
  const answer = await fetch(new URL('/v1/tuning-log', server.cloud.url), {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  return ((await answer.json()) as { items: LoggedWindow[] }).items;
};
const recordings = async () => {
  const keys: string[] = [];
  for await (const key of server.cloud.parts.clips.list(homePrefix(ann.homeId))) keys.push(key);
  return keys;
};

test('when a home has not opted in, its samples are not stored, and the device is not asked for a recording', async () => {
  expect(await ann.call('GET', '/v1/settings')).toMatchObject({ samples: false });
  expect(await announce(uuid(), makeSample('glass_break', clip))).toBeNull();
  expect(await queries().selectFrom('samples').select('id').execute()).toEqual([]);
});

test('a sample can be listed, played and judged, and notifies nobody', async () => {
  await optIn();
  const id = await send({ label: 'smoke_alarm', propensity: 0.1 });
  expect(await list()).toMatchObject([
    { id, label: 'smoke_alarm', room: 'Kitchen', score: 0.6, propensity: 0.1, feedback: null, playable: true },
  ]);
  const { url } = await ann.call<{ url: string }>('GET', `/v1/samples/${id}`);
  expect((await fetch(new URL(url, ann.base))).status).toBe(200);
  await ann.call('POST', `/v1/samples/${id}/feedback`, { verdict: 'wrong' });
  expect(await list()).toMatchObject([{ id, feedback: 'wrong' }]);
  expect(await queries().selectFrom('notifications').select('id').execute()).toEqual([]);
  expect((await ann.call<{ items: Incident[] }>('GET', '/v1/incidents')).items).toEqual([]);
  expect((await ann.call<HomeExport>('GET', '/v1/export')).samples).toMatchObject([{ id, feedback: 'wrong' }]);
});

test('a sample that the verifier rejects is deleted at once, and members do not see it', async () => {
  await optIn();
  score = 0.01;
  await send();
  expect(await list()).toEqual([]);
  await until('the recording is gone', async () => (await recordings()).length === 0);
  expect(await log()).toEqual([]);
});

test("the tuning log has alerts and samples with propensity, policy and members' feedback (null when nobody gave any)", async () => {
  await optIn();
  const [first, second] = [await send({ propensity: 0.2 }), await send({ propensity: 0.2, score: 0.5 })];
  await ann.call('POST', `/v1/samples/${first}/feedback`, { verdict: 'right' });
  await box.report(makeCandidate('glass_break', clip, { score: 0.95 }), clip);
  await until(
    'the alert has its verdict',
    async () => (await list()).length === 2 && (await log()).length === 3,
    30_000,
  );
  const home = ann.homeId;
  const glass = { home, label: 'glass_break' };
  expect(await log()).toEqual([
    { ...glass, policy: 'alerts', score: 0.95, propensity: 1, feedback: null },
    { ...glass, policy: 'near-miss-1', score: 0.6, propensity: 0.2, feedback: 'right' },
    { ...glass, policy: 'near-miss-1', score: 0.5, propensity: 0.2, feedback: null },
  ]);
  // Operators can read the log of a home only while the home has opted in.
  await optIn(false);
  expect(await log()).toEqual([]);
  await ann.call('DELETE', `/v1/samples/${second}`);
  expect(await list()).toMatchObject([{ id: first }]);
});

test('deleting the home deletes the recordings of its samples and records the deletion', async () => {
  await optIn();
  await send();
  expect(await recordings()).toHaveLength(1);
  const { name } = await ann.call<HomeView>('GET', '/v1/home');
  await ann.call('DELETE', '/v1/home', { confirm: name });
  expect(await recordings()).toEqual([]);
  expect(await queries().selectFrom('samples').select('id').execute()).toEqual([]);
  const proofs = await queries().selectFrom('deletions').selectAll().where('reason', '=', 'home').execute();
  expect(proofs.filter(({ key }) => key.includes('/samples/'))).toHaveLength(1);
});
