import { globSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { until } from '@earshot/cloud/testing/until.ts';
import { describeUnless } from '@earshot/shared/testing/describe-unless.ts';
import { Gateway } from './gateway.ts';
import { RealCloud } from './real-cloud.ts';

/** The library of Debian's package faketime. It is loaded directly, because the command `faketime` would fork. */
const [LIBRARY] = globSync('/usr/lib/{*/,}faketime/libfaketimeMT.so.1');
const DAY_S = 86_400;

describeUnless(
  LIBRARY ? undefined : "Debian's package faketime is not installed",
  'a real device with a wrong clock',
  () => {
    let cloud: RealCloud;
    let gateway: Gateway;
    beforeAll(async () => {
      cloud = await RealCloud.start();
    });
    afterEach(() => gateway.stop());
    afterAll(() => cloud.stop());

    test.each([+300, +3_600, +400 * DAY_S, -3_600, -400 * DAY_S])(
      'uploads a glass break once and the phone is alerted, when the clock is wrong by %i s',
      async (aheadS) => {
        gateway = new Gateway(cloud.url);
        const glass = cloud.glassBreak({
          url: await gateway.start(),
          env: {
            LD_PRELOAD: LIBRARY,
            FAKETIME: `${aheadS > 0 ? '+' : ''}${aheadS}`,
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
          },
        });
        await until('it is delivered', () => glass.isDelivered(), 60_000);
        expect(glass.problems).toEqual([]);
        expect(gateway.uploads()).toBe(1);
        await until('the phone is alerted', () => glass.isAlerted(), 60_000);
      },
    );
  },
);
