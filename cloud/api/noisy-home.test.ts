import { expect, test } from '@jest/globals';
import { createHome } from '../homes/homes.ts';
import { makePairingCode } from '../homes/pairing.ts';
import { beepClip, makeCandidate, TestClient } from '../testing/test-client.ts';
import { startTestCloud } from '../testing/test-cloud.ts';

test('a home in a frenzy is told to wait with its glass; its own smoke and the glass of others are not', async () => {
  await using server = await startTestCloud({ roles: ['api'] });
  const { url, parts } = server.cloud;
  const boxOf = async (name: string) => {
    const { homeId } = await createHome(parts, name, 'UTC');
    return TestClient.pair(url, (await makePairingCode(parts, homeId, 'device')).code, 'device', 'Box', 'Hall');
  };
  const [noisy, quiet] = [await boxOf('Noisy'), await boxOf('Quiet')];
  const clip = beepClip();
  const put = (box: TestClient, label: string) => {
    const candidate = makeCandidate(label, clip);
    return box.fetch('PUT', `/v1/candidates/${candidate.id}`, candidate);
  };
  const flood = await Promise.all(Array.from({ length: 60 }, () => put(noisy, 'glass_break')));
  const refused = flood.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(60);
  expect(refused.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
  const others = await Promise.all([put(noisy, 'smoke_alarm'), put(quiet, 'glass_break')]);
  expect(others.map(({ status }) => status)).toEqual([200, 200]);
});
