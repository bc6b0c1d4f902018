import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@earshot/cloud/testing/until.ts';
import { Gateway, isUpload } from './gateway.ts';
import { RealCloud } from './real-cloud.ts';

describe('a real device behind a captive portal', () => {
  let cloud: RealCloud;
  let gateway: Gateway;
  beforeAll(async () => {
    cloud = await RealCloud.start();
  });
  afterEach(() => gateway.stop());
  afterAll(() => cloud.stop());

  test.each([
    ['the upload of a clip', isUpload],
    ['every request', () => true],
  ])(
    'keeps its candidate when the portal answers %s with 200 and a web page, and delivers it when the portal is gone',
    async (_, isCaptive) => {
      gateway = new Gateway(cloud.url);
      gateway.isCaptive = isCaptive;
      const glass = cloud.glassBreak({ url: await gateway.start() });
      await until('the portal has answered twice', () => gateway.captiveAnswers >= 2, 60_000);
      // Long enough for a device that trusts the answer to remove the candidate.
      await setTimeout(1_000);
      expect(glass.isDelivered()).toBe(false);
      expect(glass.isAlerted()).toBe(false);
      gateway.isCaptive = () => false;
      await until('it is delivered', () => glass.isDelivered(), 60_000);
      await until('the phone is alerted', () => glass.isAlerted(), 60_000);
    },
  );
});
