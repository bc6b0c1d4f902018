import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';

let server: TestCloud;
let url: string;
let phone: TestClient;
let box: TestClient;

beforeAll(async () => {
  server = await startTestCloud();
  ({ url } = server.cloud);
  phone = await TestClient.pair(url, (await server.cloud.firstHome.phoneCode()).code, 'member', 'Ann');
  box = await TestClient.pair(url, (await server.cloud.firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
});
afterAll(() => server[Symbol.asyncDispose]());

const codeOf = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error.code;

test.each([
  ['DELETE', '/v1/session', 204],
  ['POST', '/v1/pairing-codes', 400],
] as const)('%s %s with the content type JSON and without a body gets the status %i', async (method, path, status) => {
  const { code } = await phone.call<{ code: string }>('POST', '/v1/pairing-codes', { kind: 'member' });
  const guest = await TestClient.pair(url, code, 'member', 'Guest');
  const answer = await guest.fetch(method, path, undefined, { 'content-type': 'application/json' });
  expect(answer.status).toBe(status);
  if (status === 400) {
    const { error } = (await answer.json()) as { error: { details: { field: string }[] } };
    expect(error.details.map(({ field }) => field)).toEqual(['kind']);
  }
});

test('a body that is not JSON is reported in `details`', async () => {
  const answer = await fetch(new URL('/v1/pair', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect(await answer.json()).toMatchObject({ error: { code: 'BAD_REQUEST', details: [{ field: 'body' }] } });
});

test('the error for an invalid token says why the token is invalid: the member was removed, or the home was deleted', async () => {
  const { code } = await phone.call<{ code: string }>('POST', '/v1/pairing-codes', { kind: 'member' });
  const guest = await TestClient.pair(url, code, 'member', 'Guest');
  await phone.call('DELETE', `/v1/members/${guest.id}`);
  expect(await codeOf(await guest.fetch('GET', '/v1/home'))).toBe('REMOVED');
  const { name } = await phone.call<{ name: string }>('GET', '/v1/home');
  await phone.call('DELETE', '/v1/home', { confirm: name });
  for (const each of [phone, box]) expect(await codeOf(await each.fetch('GET', '/v1/home'))).toBe('HOME_DELETED');
});
