import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeSample } from '@earshot/shared/testing/samples.ts';
import { changeSettings } from '@earshot/cloud/homes/homes.ts';
import { announceSample } from '@earshot/cloud/samples/samples.ts';
import { beepClip, TestClient } from '@earshot/cloud/testing/test-client.ts';
import { startTestCloud, type TestCloud } from '@earshot/cloud/testing/test-cloud.ts';
import { askTuningLog } from './ask-tuning-log.ts';

const TOKEN = 'the-token-of-the-people-who-run-it';

let server: TestCloud;
beforeEach(async () => {
  server = await startTestCloud({ roles: ['api'], env: { EARSHOT_OPERATIONS_TOKEN: TOKEN } });
});
afterEach(() => server[Symbol.asyncDispose]());

test('fetches the log of the homes that opted in, or of one', async () => {
  const { url, parts, firstHome } = server.cloud;
  const box = await TestClient.pair(url, (await firstHome.deviceCode()).code, 'device', 'Box');
  await changeSettings(parts, box.homeId, { samples: true }, null);
  const device = { kind: 'device' as const, homeId: box.homeId, id: box.id, tokenHash: '' };
  await announceSample(parts, device, randomUUID(), makeSample('glass_break', beepClip(1)));
  await parts.database.queries.updateTable('samples').set({ verdict: 'confirmed', feedback: 'right' }).execute();
  const operations = { url, token: TOKEN, signal: AbortSignal.timeout(20_000) };
  const log = [
    {
      home: box.homeId,
      label: 'glass_break',
      policy: 'near-miss-1',
      score: 0.6,
      propensity: 0.25,
      feedback: 'right',
    },
  ];
  expect(await askTuningLog(operations)).toEqual(log);
  expect(await askTuningLog(operations, box.homeId)).toEqual(log);
  expect(await askTuningLog(operations, randomUUID())).toEqual([]);
});
