import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { beepClip, TestClient } from '../testing/test-client.ts';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { until } from '../testing/until.ts';

const HOUR_MS = 3_600_000;

describe('a step of the wall clock', () => {
  let clock: FakeClock;
  let running: TestCloud;
  let box: TestClient;
  const sent: string[] = [];

  beforeEach(async () => {
    clock = new FakeClock();
    sent.length = 0;
    running = await startTestCloud({ clock, roles: ['api'] });
    running.cloud.events.on('notification', ({ step }) => sent.push(step));
    const { firstHome } = running.cloud;
    box = await TestClient.pair(running.cloud.url, (await firstHome.deviceCode()).code, 'device', 'Box', 'Hall');
  });
  afterEach(() => running[Symbol.asyncDispose]());

  const report = () => {
    const clip = beepClip();
    const now = new Date(clock.nowMs()).toISOString();
    const candidate = makeCandidate('smoke_alarm', clip, { startedAt: now, detectedAt: now });
    return box.fetch('PUT', `/v1/candidates/${candidate.id}`, candidate);
  };
  const pass = async (what: string, seconds: number, isSo: () => boolean) => {
    for (let second = 0; second < seconds && !isSo(); second++) {
      await clock.advance(1_000);
      await until(what, isSo, 200).catch(() => undefined);
    }
    expect([what, isSo()]).toEqual([what, true]);
  };

  test.each([
    ['back', -HOUR_MS],
    ['forward', HOUR_MS],
    ['back by ten days', -240 * HOUR_MS],
  ])('%s after an alarm was registered: the alarm is reported within ten seconds', async (_, stepMs) => {
    expect((await report()).status).toBe(200);
    await clock.advance(2_000);
    clock.step(stepMs);
    expect(sent).toEqual([]);
    await pass('the alarm is reported', 10, () => sent.length > 0);
    expect(sent).toEqual(['opened']);
  });

  test('back by an hour: devices are not refused afterwards', async () => {
    expect((await report()).status).toBe(200);
    clock.step(-HOUR_MS);
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await report()).status));
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
  });

  test("is followed by the cloud's clock once nothing is pending", async () => {
    clock.step(-HOUR_MS);
    const { parts } = running.cloud;
    await pass('the clock is set', 10, () => Math.abs(parts.clock.nowMs() - clock.nowMs()) < 2_000);
  });

  test('back by an hour while no process runs: after the start, the 10 s deadline of a pending alarm continues', async () => {
    await report();
    await clock.advance(2_000);
    await running.cloud.stop();
    clock.step(-HOUR_MS);
    const again = await startTestCloud({ clock, roles: ['api'], env: { EARSHOT_HOME: running.home } });
    again.cloud.events.on('notification', ({ step }) => sent.push(step));
    try {
      await pass('the alarm is reported', 12, () => sent.length > 0);
    } finally {
      await again[Symbol.asyncDispose]();
    }
  });
});
