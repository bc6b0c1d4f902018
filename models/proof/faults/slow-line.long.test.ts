import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@earshot/cloud/testing/until.ts';
import { SlowLine } from '@earshot/shared/testing/slow-line.ts';
import { RealCloud } from './real-cloud.ts';

/** Bits in a second of sound: 16-bit samples at 16 kHz. */
const CLIP_BITS_PER_S = 16_000 * 16;

describe('a real device on a slow line to a real cloud, which disconnects uploads below 8 kbit/s', () => {
  let cloud: RealCloud;
  let line: SlowLine;
  beforeAll(async () => {
    cloud = await RealCloud.start();
  });
  afterEach(() => line.stop());
  afterAll(() => cloud.stop());

  test.each([
    [10, 64_000, 60_000],
    // Only twice as fast as the cloud's limit of 8 kbit/s.
    [5, 16_000, 120_000],
  ])(
    'delivers a glass break with %i s of sound over %i bit/s: the phone is alerted within %i ms',
    async (clipS, bitsPerSecond, withinMs) => {
      line = new SlowLine(cloud.url, bitsPerSecond);
      const url = await line.start();
      const glass = cloud.glassBreak({ url, clipS });
      await until('it is in the outbox', () => glass.isSafe());
      const startedAtMs = performance.now();
      await until('the phone is alerted', () => glass.isAlerted(), withinMs);
      // Check that the line was really slow.
      expect(performance.now() - startedAtMs).toBeGreaterThan((clipS * CLIP_BITS_PER_S * 950) / bitsPerSecond);
      await until('it is delivered', () => glass.isDelivered(), 20_000);
      expect(glass.problems).toEqual([]);
    },
  );
});
