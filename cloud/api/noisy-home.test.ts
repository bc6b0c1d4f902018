import { expect, test } from '@jest/globals';
import { createHome } from '../homes/homes.ts';
import { makePairingCode } from '../homes/pairing.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud } from '../testing/test-cloud.ts';

const clip = beepClip();
const put = (box: TestClient, label: string) => {
  const candidate = makeCandidate(label, clip);
  return box.fetch('PUT', `/v1/candidates/${candidate.id}`, candidate);
};

test('the rate limit refuses glass reports of a noisy home, but neither its smoke reports nor the glass reports of other homes', async () => {
  await using server = await startTestCloud({ roles: ['api'] });
  const { url, parts } = server.cloud;
  const boxOf = async (name: string) => {
    const { homeId } = await createHome(parts, name, 'UTC');
    return TestClient.pair(url, (await makePairingCode(parts, homeId, 'device')).code, 'device', 'Box', 'Hall');
  };
  const [noisy, quiet] = [await boxOf('Noisy'), await boxOf('Quiet')];
  const flood = await Promise.all(Array.from({ length: 60 }, () => put(noisy, 'glass_break')));
  const refused = flood.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(60);
  expect(refused.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
  const others = await Promise.all([put(noisy, 'smoke_alarm'), put(quiet, 'glass_break')]);
  expect(others.map(({ status }) => status)).toEqual([200, 200]);
});

test('smoke and CO reports are registered even when the rate limit refuses everything else that the device sends', async () => {
  await using server = await startTestCloud({ roles: ['api'] });
  const { cloud } = server;
  const box = await TestClient.pair(cloud.url, (await cloud.firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
  // Sends twice as many reports as a token may send in a minute. The home's limit refuses most of them.
  const statuses = new Set<number>();
  for (let n = 0; n < 48; n++) {
    const some = await Promise.all(Array.from({ length: 50 }, () => put(box, 'glass_break')));
    for (const { status } of some) statuses.add(status);
  }
  expect([...statuses].sort()).toEqual([200, 429]);
  const safety = await Promise.all([put(box, 'smoke_alarm'), put(box, 'co_alarm')]);
  expect(safety.map(({ status }) => status)).toEqual([200, 200]);
});

test('a safety label raises the rate limit only in the body of a request that reports a sound', async () => {
  await using server = await startTestCloud({ roles: ['api'] });
  const pair = (n: number) =>
    fetch(`${server.cloud.url}/v1/pair`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        code: 'AAAA-AAAA',
        kind: 'device',
        name: 'Box',
        room: '',
        ...(n % 2 ? { label: 'smoke_alarm' } : {}),
      }),
    });
  const answers = await Promise.all(Array.from({ length: 14 }, (_, n) => pair(n)));
  expect(answers.some(({ status }) => status === 429)).toBe(true);
});
