import { beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { YES } from '../training/data/targets.ts';
import { initWasm } from '../training/backend/init-backend.ts';
import { DEVICE_SHAPE } from '../training/network/device-network.ts';
import { fitHead } from './fit-head.ts';

beforeAll(() => initWasm());

test('the training of a head ends when its signal aborts', async () => {
  const random = seededRandom(1);
  const rows = (count: number) => Float32Array.from({ length: count * DEVICE_SHAPE.units }, () => random());
  const material = { embeddings: rows(100), targets: new Uint8Array(100).fill(YES), others: rows(100) };
  const signal = AbortSignal.timeout(1);
  await expect(fitHead('taught_security_bell_0001', DEVICE_SHAPE, material, 1, signal)).rejects.toThrow('timeout');
});
