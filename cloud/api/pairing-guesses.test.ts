import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { limitedAddress } from './client-address.ts';

describe('guesses of pairing codes', () => {
  let server: TestCloud;
  afterEach(() => server[Symbol.asyncDispose]());

  const guess = (at: number, headers: Record<string, string>) =>
    fetch(new URL('/v1/pair', server.cloud.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ code: String(at).padStart(8, '0'), kind: 'device', name: 'x' }),
    });
  const countAnswered = async (count: number, headersOf: (at: number) => Record<string, string>) => {
    let answered = 0;
    for (let at = 0; at < count; at += 50) {
      const statuses = await Promise.all(
        Array.from({ length: 50 }, async (_, n) => (await guess(at + n, headersOf(at + n))).status),
      );
      answered += statuses.filter((status) => status !== 429).length;
    }
    return answered;
  };
  const addressOf = (at: number) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;

  describe('behind one proxy', () => {
    beforeEach(async () => {
      server = await startTestCloud({ env: { EARSHOT_PUBLIC_URL: 'https://earshot.example.test' } });
    });

    test('with one proxy, a client that forges X-Forwarded-For still counts as the same client', async () => {
      const answered = await countAnswered(300, (at) => ({ 'x-forwarded-for': `${addressOf(at)}, 192.0.2.1` }));
      expect(answered).toBeLessThanOrEqual(12);
    });

    test('guesses from many addresses count towards one shared limit', async () => {
      expect(await countAnswered(1_000, (at) => ({ 'x-forwarded-for': addressOf(at) }))).toBeLessThanOrEqual(200);
    });
  });

  test('behind two proxies, the second address from the right in X-Forwarded-For counts as the client', async () => {
    server = await startTestCloud({
      env: { EARSHOT_PUBLIC_URL: 'https://earshot.example.test', EARSHOT_PROXY_HOPS: '2' },
    });
    const forged = (at: number) => ({ 'x-forwarded-for': `${addressOf(at)}, 192.0.2.1, 198.51.100.1` });
    expect(await countAnswered(50, forged)).toBeLessThanOrEqual(12);
    // Other clients behind the same two proxies have their own limits.
    const others = (at: number) => ({ 'x-forwarded-for': `${addressOf(at)}, 198.51.100.1` });
    expect(await countAnswered(50, others)).toBe(50);
  });

  test('without a proxy X-Forwarded-For is ignored', async () => {
    server = await startTestCloud();
    expect(await countAnswered(200, (at) => ({ 'x-forwarded-for': addressOf(at) }))).toBeLessThanOrEqual(12);
  });

  test('correct codes do not count as guesses: 200 devices pair in a row', async () => {
    server = await startTestCloud({ env: { EARSHOT_PUBLIC_URL: 'https://earshot.example.test' } });
    for (let at = 0; at < 200; at++) {
      const { code } = await server.cloud.firstHome.deviceCode();
      const answer = await fetch(new URL('/v1/pair', server.cloud.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': addressOf(at) },
        body: JSON.stringify({ code, kind: 'device', name: 'Box' }),
      });
      expect(answer.status).toBe(200);
    }
  });
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
  ['2001:0db8:0000:0007:aaaa:bbbb:cccc:dddd', '2001:db8:0:7::/64'],
  ['::1', '0:0:0:0::/64'],
])('a rate limit counts the address %s as %s', (ip, limited) => {
  expect(limitedAddress(ip)).toBe(limited);
});
