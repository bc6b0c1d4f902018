import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HomeView, type Incident, IncidentPage, LiveEvent } from '@earshot/shared/contracts/home.ts';
import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';
import { SILENT_SOCKET_MS } from './server.ts';

let server: TestCloud;
let url: string;
let phone: TestClient;
let box: TestClient;
const clip = beepClip();

beforeAll(async () => {
  server = await startTestCloud();
  ({ url } = server.cloud);
  phone = await TestClient.pair(url, (await server.cloud.firstHome.phoneCode()).code, 'member', 'Ann');
  box = await TestClient.pair(url, (await server.cloud.firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const codeOf = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error.code;
/** Waits until every candidate of this sound has its verdict. */
const judged = (label: string) =>
  until(`every ${label} is judged`, async () => {
    const { items } = await phone.call<{ items: Incident[] }>('GET', `/v1/incidents?label=${label}`);
    return items.length > 0 && items.every(({ verdict }) => verdict === 'confirmed');
  });

describe('pairing', () => {
  test('a pairing code works once and only for its kind (phone or device); case and hyphen do not matter', async () => {
    const { code } = await phone.call<{ code: string }>('POST', '/v1/pairing-codes', { kind: 'device' });
    expect(await codeOf(await post('/v1/pair', { code, kind: 'member', name: 'x' }))).toBe('PAIRING_CODE');
    const typed = `${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`;
    expect((await post('/v1/pair', { code: typed, kind: 'device', name: 'x' })).status).toBe(200);
    expect((await post('/v1/pair', { code, kind: 'device', name: 'x' })).status).toBe(404);
  });

  test("the first phone takes over the home's existing owner instead of adding a second member, so nobody is notified twice", async () => {
    const { items } = await phone.call<{ items: { name: string; you: boolean }[] }>('GET', '/v1/members');
    expect(items).toMatchObject([{ name: 'Ann', you: true }]);
  });

  test('after ten wrong pairing codes in a minute, further codes are refused, and the answer says how long to wait', async () => {
    const answers = await Promise.all(
      Array.from({ length: 15 }, () => post('/v1/pair', { code: '0000-0000', kind: 'device', name: 'x' })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(5);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe("the app's session", () => {
  let cookie: string;
  beforeAll(async () => {
    const { code } = await phone.call<{ code: string }>('POST', '/v1/pairing-codes', { kind: 'member' });
    const answer = await post('/v1/session', { code, name: 'Ben' }, { 'x-earshot-app': '1' });
    expect(answer.status).toBe(200);
    const set = answer.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    cookie = set.split(';')[0] ?? '';
  });

  test('the session cookie alone is enough to read data', async () => {
    const answer = await fetch(new URL('/v1/home', url), { headers: { cookie } });
    expect(HomeView.parse(await answer.json()).you.name).toBe('Ben');
  });

  test.each([
    ['without the header of the app', {}],
    ['from another site', { 'x-earshot-app': '1', origin: 'https://evil.example.test' }],
  ])('a request with the session cookie, but %s, cannot change data', async (_, headers) => {
    const answer = await post(
      '/v1/pairing-codes',
      { kind: 'device' },
      { cookie, ...(headers as Record<string, string>) },
    );
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'CSRF']);
  });

  test('signing out ends the session', async () => {
    const headers = { cookie, 'x-earshot-app': '1', origin: url };
    expect((await fetch(new URL('/v1/session', url), { method: 'DELETE', headers })).status).toBe(204);
    expect((await fetch(new URL('/v1/home', url), { headers })).status).toBe(401);
  });
});

describe('the home itself', () => {
  test('can be renamed by any member, and is deleted only when the request repeats its new name', async () => {
    const rename = (name: string) => phone.fetch('PATCH', '/v1/home', { name });
    expect((await rename('  ')).status).toBe(400);
    expect(await (await rename(' Lake house ')).json()).toMatchObject({ name: 'Lake house' });
    expect(await phone.call('GET', '/v1/home')).toMatchObject({ name: 'Lake house' });
    expect((await phone.fetch('DELETE', '/v1/home', { confirm: 'Home' })).status).toBe(400);
    expect((await rename('Home')).status).toBe(200);
  });
});

describe('settings', () => {
  test('settings have an ETag; a change that is based on an outdated ETag is refused', async () => {
    const etag = (await phone.fetch('GET', '/v1/settings')).headers.get('etag') ?? '';
    const change = () => phone.fetch('PATCH', '/v1/settings', { mode: 'away' }, { 'if-match': etag });
    expect((await change()).status).toBe(200);
    expect([(await change()).status, await codeOf(await change())]).toEqual([409, 'CONFLICT']);
  });

  test('a settings change affects only the given fields, and cannot switch a safety sound off', async () => {
    const before = await phone.call<HomeSettings>('GET', '/v1/settings');
    const sounds = { smoke_alarm: { modes: [], level: 'high' }, dog_bark: { modes: ['away'], level: 'low' } };
    const after = await phone.call<HomeSettings>('PATCH', '/v1/settings', { sounds });
    expect(after.sounds.smoke_alarm).toEqual({ modes: ['home', 'away', 'night'], level: 'high' });
    expect(after.sounds.dog_bark).toEqual({ modes: ['away'], level: 'low' });
    expect({ ...after, sounds: {}, version: 0 }).toEqual({ ...before, sounds: {}, version: 0 });
  });

  test('settings with an invalid value are refused, and the error names the field', async () => {
    const answer = await phone.fetch('PATCH', '/v1/settings', { retentionDays: 0 });
    const { error } = (await answer.json()) as { error: { code: string; details: { field: string }[] } };
    expect([answer.status, error.code, error.details[0]?.field]).toEqual([400, 'BAD_REQUEST', 'retentionDays']);
    expect(await codeOf(await phone.fetch('PATCH', '/v1/settings', { timeZone: 'Mars/Olympus' }))).toBe(
      'SETTING_INVALID',
    );
  });

  test.each([
    [{ emergencyNumber: 'abc' }, 'emergencyNumber'],
    [{ emergencyNumber: '+' }, 'emergencyNumber'],
    [{ contact: { name: 'Jonas', phone: 'at home' } }, 'contact.phone'],
  ])('a number that no phone can dial is refused: %j', async (patch, field) => {
    const answer = await phone.fetch('PATCH', '/v1/settings', patch);
    const { error } = (await answer.json()) as { error: { details: { field: string }[] } };
    expect([answer.status, error.details[0]?.field]).toEqual([400, field]);
  });

  test('emergency numbers and a contact are saved as they were typed', async () => {
    const patch = { emergencyNumber: '+44 (20) 7946-0000', contact: { name: 'Jonas', phone: '*31#030/9018.20' } };
    expect(await phone.call<HomeSettings>('PATCH', '/v1/settings', patch)).toMatchObject(patch);
  });
});

describe('candidates and clips', () => {
  test('a clip that differs from its metadata is refused, and can then be sent again', async () => {
    const candidate = makeCandidate('glass_break', clip);
    const { upload } = await box.call<{ upload: never }>('PUT', `/v1/candidates/${candidate.id}`, candidate);
    await expect(box.upload(upload, clip.toReversed())).rejects.toThrow('CLIP_MISMATCH');
    await expect(box.upload(upload, clip.subarray(0, 100))).rejects.toThrow('CLIP_MISMATCH');
    await box.upload(upload, clip);
    expect(await box.call('PUT', `/v1/candidates/${candidate.id}`, candidate)).toEqual({
      id: candidate.id,
      upload: null,
    });
  });

  test('registering a known candidate id with a different sound answers with a conflict', async () => {
    const candidate = makeCandidate('glass_break', clip);
    await box.report(candidate, clip);
    const answer = await box.fetch('PUT', `/v1/candidates/${candidate.id}`, { ...candidate, label: 'smoke_alarm' });
    expect(answer.status).toBe(409);
  });

  test('a signed link opens only the object that it was made for, and only until the link expires', async () => {
    const candidate = makeCandidate('glass_break', clip);
    const { upload } = await box.call<{ upload: { url: string; headers: Record<string, string> } }>(
      'PUT',
      `/v1/candidates/${candidate.id}`,
      candidate,
    );
    const other = upload.url.replace(candidate.id, makeCandidate('x_x', null).id);
    const later = upload.url.replace(/until=\d+/, `until=${Date.now() + 9e9}`);
    const longer = upload.url.replace(/bytes=\d+/, 'bytes=3');
    for (const forged of [other, later, longer])
      await expect(box.upload({ ...upload, url: forged } as never, clip)).rejects.toThrow('404');
  });

  test('a browser may request a byte range of the clip', async () => {
    const candidate = makeCandidate('door', clip);
    await box.report(candidate, clip);
    await judged('door');
    const page = await phone.call<{ items: Incident[] }>('GET', '/v1/incidents?label=door');
    const link = await phone.call<{ url: string }>(
      'GET',
      `/v1/incidents/${page.items[0]?.id ?? ''}/clips/${candidate.id}`,
    );
    const part = await fetch(new URL(link.url, url), { headers: { range: 'bytes=0-3' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      'RIFF',
      `bytes 0-3/${clip.length}`,
    ]);
  });
});

test('an idle connection stays open for longer than the server announces in its keep-alive header', async () => {
  const { headers } = await phone.fetch('GET', '/v1/incidents');
  const announcedS = Number(/timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1]);
  expect(announcedS).toBeGreaterThan(60);
  expect(announcedS * 1_000).toBeLessThan(SILENT_SOCKET_MS);
});

test('the history is sent in pages, newest first, and can be filtered', async () => {
  for (let n = 0; n < 5; n++) {
    const startedAt = new Date(Date.now() - (n + 10) * 3_600_000).toISOString();
    await box.report(makeCandidate('baby_cry', clip, { late: true, startedAt, detectedAt: startedAt }), clip);
  }
  await judged('baby_cry');
  const seen: Incident[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = IncidentPage.parse(
      await phone.call('GET', `/v1/incidents?label=baby_cry&limit=2${cursor ? `&cursor=${cursor}` : ''}`),
    );
    seen.push(...page.items);
    cursor = page.nextCursor;
  }
  const times = seen.map(({ startedAt }) => startedAt);
  expect(times).toHaveLength(5);
  expect(times).toEqual(times.toSorted().reverse());
  const after = encodeURIComponent(times[1] ?? '');
  expect(
    (await phone.call<{ items: Incident[] }>('GET', `/v1/incidents?label=baby_cry&after=${after}`)).items,
  ).toHaveLength(2);
  expect(await codeOf(await phone.fetch('GET', '/v1/incidents?cursor=nonsense'))).toBe('BAD_REQUEST');
});

test('a change on one phone reaches another phone within two seconds', async () => {
  const stop = new AbortController();
  const stream = await fetch(new URL('/v1/live', url), {
    headers: { authorization: `Bearer ${phone.token}` },
    signal: stop.signal,
  });
  const events: LiveEvent[] = [];
  const reading = (async () => {
    let text = '';
    for await (const part of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
        text = text.slice(end + 2);
        if (data) events.push(LiveEvent.parse(JSON.parse(data)));
      }
    }
  })().catch(() => undefined);
  await until(
    'the live stream is open',
    async () =>
      (await server.cloud.parts.database.queries.selectFrom('homes').select('watchedUntilMs').executeTakeFirstOrThrow())
        .watchedUntilMs > Date.now(),
  );

  await box.report(makeCandidate('smoke_alarm', clip), clip);
  const incident = () =>
    events.findLast((event) => event.type === 'incident' && event.incident.label === 'smoke_alarm');
  await until('the alarm is on the stream', () => incident() !== undefined, 2_000);
  const id = (incident() as Extract<LiveEvent, { type: 'incident' }>).incident.id;
  await phone.call('POST', `/v1/incidents/${id}/acknowledge`, { acknowledged: true });
  await until(
    'the acknowledgement is on the stream',
    () => events.some((event) => event.type === 'incident' && event.incident.acknowledged !== null),
    2_000,
  );
  await phone.call('PATCH', '/v1/settings', { mode: 'night' });
  await phone.call('DELETE', `/v1/incidents/${id}`);
  await until(
    'settings and deletion are on the stream',
    () => ['settings', 'incident_deleted'].every((type) => events.some((event) => event.type === type)),
    2_000,
  );
  stop.abort();
  await reading;
});

test('a body over the size limit, a body that is not JSON and an unknown address get errors from the error catalogue', async () => {
  expect(await codeOf(await post('/v1/pair', { code: 'x'.repeat(70_000) }))).toBe('TOO_LARGE');
  const broken = await fetch(new URL('/v1/session', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect(await codeOf(broken)).toBe('BAD_REQUEST');
  expect(await codeOf(await phone.fetch('GET', '/v1/nothing'))).toBe('NOT_FOUND');
});

test('every response has the strict Content-Security-Policy', async () => {
  const headers = (await fetch(new URL('/healthz', url))).headers;
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  expect(headers.get('content-security-policy')).not.toMatch(/unsafe/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('the OpenAPI page names every route', async () => {
  const { paths } = (await (await fetch(new URL('/v1/openapi.json', url))).json()) as { paths: Record<string, object> };
  expect(Object.keys(paths['/v1/incidents/{id}'] ?? {})).toEqual(['get', 'delete']);
  expect((await fetch(new URL('/docs', url))).status).toBe(200);
});

test('an export contains all data of the home; deleting the home leaves only the record that it was deleted', async () => {
  const exported = await phone.call<{ incidents: { clips: { url: string }[] }[] }>('GET', '/v1/export');
  const link = exported.incidents.flatMap(({ clips }) => clips)[0]?.url ?? '';
  expect((await fetch(new URL(link, url))).status).toBe(200);
  expect((await phone.fetch('DELETE', '/v1/home', { confirm: 'wrong' })).status).toBe(400);
  expect((await phone.fetch('DELETE', '/v1/home', { confirm: 'Home' })).status).toBe(204);
  expect((await fetch(new URL(link, url))).status).toBe(404);
  expect([
    (await phone.fetch('GET', '/v1/home')).status,
    (await box.fetch('POST', '/v1/heartbeat', {})).status,
  ]).toEqual([401, 401]);
  const { queries } = server.cloud.parts.database;
  for (const table of [
    'homes',
    'members',
    'devices',
    'tokens',
    'incidents',
    'candidates',
    'clips',
    'notifications',
    'channels',
    'settings',
    'jobs',
  ] as const)
    expect([table, (await queries.selectFrom(table).selectAll().execute()).length]).toEqual([table, 0]);
  const left: string[] = [];
  for await (const key of server.cloud.parts.clips.list('homes/')) left.push(key);
  expect(left).toEqual([]);
});
