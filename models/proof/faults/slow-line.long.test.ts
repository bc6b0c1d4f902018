import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@earshot/cloud/testing/until.ts';
import { SlowLine } from '@earshot/shared/testing/slow-line.ts';
import { RealCloud } from './real-cloud.ts';

const CLIP_S = 10;
/** 16-bit samples at 16 kHz. */
const CLIP_BITS = CLIP_S * 16_000 * 16;

describe('a real device on a slow line to the real cloud, which cuts slow bodies', () => {
  let cloud: RealCloud;
  beforeAll(async () => {
    cloud = await RealCloud.start();
  });
  afterAll(() => cloud.stop());

  test.each([
    [64_000, 60_000],
    // The cloud cuts below 8 kbit/s.
    [16_000, 240_000],
  ])('delivers a glass break of 10 s over %i bit/s within %i ms', async (bitsPerSecond, withinMs) => {
    const line = new SlowLine(cloud.url, bitsPerSecond);
    const url = await line.start();
    const startedAtMs = performance.now();
    const glass = cloud.glassBreak({ url, clipS: CLIP_S });
    await until('the phone is alerted', () => glass.isAlerted(), withinMs);
    // Less would mean that the line was not slow.
    expect(performance.now() - startedAtMs).toBeGreaterThan((CLIP_BITS / bitsPerSecond) * 950);
    await until('it is delivered', () => glass.isDelivered(), 20_000);
    expect(glass.problems).toEqual([]);
    await line.stop();
  });
});
