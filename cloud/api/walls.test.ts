import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChannelView, DeviceView } from '@earshot/shared/contracts/home.ts';
import type { DropIn } from '@earshot/shared/contracts/drop-in.ts';
import type { TaughtSound } from '@earshot/shared/contracts/teaching.ts';
import { makeHeartbeat } from '@earshot/shared/testing/heartbeats.ts';
import { changeSettings, createHome } from '../homes/homes.ts';
import { makePairingCode } from '../homes/pairing.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { makeSample } from '@earshot/shared/testing/samples.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { SESSION_COOKIE } from './callers.ts';
import { BESIDE, ROUTES } from './routes.ts';
import type { Route } from './routes/route.ts';

/**
 * Tests that homes are isolated: with each of its tokens, home A calls every route with home B's ids. The routes come
 * from the server's own list, so new routes are tested automatically.
 */
let server: TestCloud;
let ownMember: TestClient;
let ownDevice: TestClient;
/** Ids of home B's objects. Each key is the path segment that names the kind of object. */
let theirs: Record<string, string>;
let theirMember: TestClient;

beforeAll(async () => {
  server = await startTestCloud({
    scorer: {
      score: async ({ evidence }) => ({ scores: { [evidence.label]: 0.99 }, embedding: Float32Array.of(1) }),
    },
  });
  const { url, parts } = server.cloud;
  const home = async (name: string) => {
    const { homeId } = await createHome(parts, name, 'UTC');
    const member = await TestClient.pair(url, (await makePairingCode(parts, homeId, 'member')).code, 'member', 'Ann');
    const device = await TestClient.pair(
      url,
      (await makePairingCode(parts, homeId, 'device')).code,
      'device',
      'Box',
      'Hall',
    );
    return { member, device };
  };
  ({ member: ownMember, device: ownDevice } = await home('A'));
  const other = await home('B');
  theirMember = other.member;
  const clip = beepClip();
  const candidate = makeCandidate('smoke_alarm', clip);
  await other.device.report(candidate, clip);
  await other.device.report(makeCandidate('glass_break', clip), clip);
  await server.cloud.firstHome.settled(AbortSignal.timeout(10_000));
  const incidents = await other.member.call<{ items: { id: string; label: string }[] }>('GET', '/v1/incidents');
  const [smoke, glass] = ['smoke_alarm', 'glass_break'].map((sound) =>
    incidents.items.find(({ label }) => label === sound),
  );
  await other.member.call('POST', `/v1/incidents/${glass?.id ?? ''}/feedback`, { verdict: 'wrong' });
  const ignored = await other.member.call<{ items: { id: string }[] }>('GET', '/v1/ignored-sounds');
  const channel = await other.member.call<ChannelView>('POST', '/v1/channels', {
    kind: 'ntfy',
    url: 'https://ntfy.example.test/topic',
  });
  await changeSettings(parts, other.member.homeId, { dropIn: 'always', samples: true }, null);
  await other.device.call('PUT', `/v1/samples/${candidate.id}`, makeSample('glass_break', clip));
  await other.device.call('POST', '/v1/heartbeat', makeHeartbeat({ dropIn: true }));
  const devices = await other.member.call<{ items: DeviceView[] }>('GET', '/v1/devices');
  const dropIn = await other.member.call<DropIn>('POST', `/v1/devices/${devices.items[0]?.id}/drop-in`);
  const taught = await other.member.call<TaughtSound>('POST', '/v1/taught-sounds', {
    name: 'Bell',
    icon: 'bell',
    class: 'security',
    deviceId: devices.items[0]?.id,
  });
  const { examples } = await other.member.call<TaughtSound>('POST', `/v1/taught-sounds/${taught.id}/examples`);
  await parts.database.queries
    .updateTable('taughtSounds')
    .set({ file: '{}', fileSha256: TAUGHT_FILE })
    .where('id', '=', taught.id)
    .execute();
  theirs = {
    'taught-sounds': taught.id,
    'taught-examples': examples[0]?.id ?? '',
    candidates: candidate.id,
    incidents: smoke?.id ?? '',
    devices: devices.items[0]?.id ?? '',
    members: other.member.id,
    channels: channel.id,
    'drop-ins': dropIn.id,
    'ignored-sounds': ignored.items[0]?.id ?? '',
    samples: candidate.id,
    'shared-clips': candidate.id,
  };
});
afterAll(() => server[Symbol.asyncDispose]());

/** Routes with an id in their path, except those for model files, which are the same for all homes. */
const naming = (Object.entries(ROUTES) as [string, Route][]).filter(
  ([, { path }]) => path.includes('/:') && !path.startsWith('/v1/models'),
);

const TAUGHT_FILE = 'a'.repeat(64);
const NOBODYS = '01900000-0000-7000-8000-000000000000';

const BODIES: Record<string, () => unknown> = {
  putCandidate: () => makeCandidate('smoke_alarm', beepClip(), { id: theirs.candidates ?? '' }),
  stillHeard: () => ({ heardAt: new Date().toISOString(), ended: false }),
  orderSiren: () => ({ on: true }),
  shareClip: () => ({ shared: true }),
  acknowledge: () => ({ acknowledged: true }),
  feedback: () => ({ verdict: 'wrong' }),
  patchDevice: () => ({ name: 'Mine' }),
  patchMember: () => ({ name: 'Mine' }),
  patchChannel: () => ({ order: 3 }),
  announceSample: () => makeSample('glass_break', beepClip()),
  judgeSample: () => ({ verdict: 'wrong' }),
  announceExample: () => ({ sha256: TAUGHT_FILE, bytes: 100 }),
};

function addressOf(path: string): string {
  const kind = path.split('/')[2] ?? '';
  return path
    .replace(':candidateId', theirs.candidates ?? '')
    .replace(':exampleId', theirs['taught-examples'] ?? '')
    .replace(':sha256', TAUGHT_FILE)
    .replace(':id', theirs[kind] ?? '');
}

test('the server has no route that is not in the list', () => {
  const listed = (Object.values(ROUTES) as Route[]).map(({ method, path }) => `${method} ${path}`);
  const beside = new Set<string>(BESIDE);
  const registered = server.cloud.routes.filter(
    (route) => !beside.has(route.split(' ')[1] ?? '') && !route.startsWith('HEAD '),
  );
  expect(registered.toSorted()).toEqual(listed.toSorted());
});

test('the tests of access to another home have an id of that home for every kind of id in a route', () => {
  for (const [, { path }] of naming) expect(addressOf(path)).toMatch(/[0-9a-f-]{36}/);
});

/** Request headers with every kind of token that home A has. */
const TOKENS: [string, () => Record<string, string>][] = [
  ['device', () => ({ authorization: `Bearer ${ownDevice.token}` })],
  ['member', () => ({ authorization: `Bearer ${ownMember.token}` })],
  ['member (as session cookie)', () => ({ cookie: `${SESSION_COOKIE}=${ownMember.token}`, 'x-earshot-app': '1' })],
];

describe.each(TOKENS)("with the token of home A's %s, an id of home B answers 404 like an unknown id", (_, headers) => {
  const ask = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(new URL(path, server.cloud.url), {
      method,
      headers: { ...headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { error } = (await answer.json()) as { error: Record<string, unknown> };
    return { status: answer.status, error: { ...error, requestId: '' } };
  };

  test.each(naming)('%s', async (name, { method, path }) => {
    const theirAnswer = await ask(method, addressOf(path), BODIES[name]?.());
    expect(theirAnswer.status).toBe(404);
    // A device may use any new id for candidates and samples, so these requests do not answer 404.
    if (['putCandidate', 'announceSample'].includes(name) && headers().authorization === `Bearer ${ownDevice.token}`)
      return;
    expect(
      await ask(method, path.replace(':sha256', 'b'.repeat(64)).replace(/:\w+/g, NOBODYS), BODIES[name]?.()),
    ).toEqual(theirAnswer);
  });
});

test('every route refuses a request without a token or with the wrong kind of token', async () => {
  for (const [, { method, path, who }] of Object.entries(ROUTES) as [string, Route][]) {
    if (who === 'anyone') continue;
    const wrong = who === 'device' ? ownMember : ownDevice;
    const refusal = path.includes('/:') ? 404 : 403;
    expect([method, path, (await wrong.fetch(method, addressOf(path))).status]).toEqual([method, path, refusal]);
    const nobody = await fetch(new URL(addressOf(path), server.cloud.url), { method });
    expect([method, path, nobody.status]).toEqual([method, path, 401]);
  }
});

test('ids of home B in a body or a query of home A neither delete nor show anything of home B', async () => {
  expect(await ownMember.call('POST', '/v1/incidents/delete', { ids: [theirs.incidents] })).toEqual({ deleted: 0 });
  expect(await ownMember.call('GET', `/v1/incidents?deviceId=${theirs.devices ?? ''}`)).toMatchObject({ items: [] });
  const exported = JSON.stringify(await ownMember.call('GET', '/v1/export'));
  for (const id of Object.values(theirs)) expect(exported).not.toContain(id);
});

test('after the requests of all tests above, home B is unchanged, and only its own owner can play its clip link', async () => {
  const { items } = await theirMember.call<{ items: { id: string; label: string; state: string }[] }>(
    'GET',
    '/v1/incidents?label=smoke_alarm',
  );
  expect(items).toMatchObject([{ id: theirs.incidents, state: 'open' }]);
  expect((await theirMember.call<{ items: unknown[] }>('GET', '/v1/ignored-sounds')).items).toHaveLength(1);
  expect((await theirMember.call<{ items: ChannelView[] }>('GET', '/v1/channels')).items).toHaveLength(1);
  const { url } = await theirMember.call<{ url: string }>(
    'GET',
    `/v1/incidents/${theirs.incidents ?? ''}/clips/${theirs.candidates ?? ''}`,
  );
  const play = (link: string) => fetch(new URL(link, server.cloud.url)).then(({ status }) => status);
  expect(await play(url)).toBe(200);
  const forged = url.replace(theirMember.id, ownMember.id);
  expect(await play(forged)).toBe(404);
  expect(await play(url.replace('until=1', 'until=2'))).toBe(404);
});
