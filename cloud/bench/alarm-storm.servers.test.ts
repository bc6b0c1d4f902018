import { afterEach, expect, test } from '@jest/globals';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type CloudAtScale, startCloudAtScale } from '../testing/scale.ts';
import { alarmStorm } from './alarm-storm.ts';

/** A failure ends a test with this error, which names it, before the test's time-out. */
const GIVE_UP_AFTER_MS = 120_000;
const NOISY = 200;

/**
 * A small run of the bench (`npm run bench:cloud`): the same code, the same real commands, the release's own
 * verifier.
 */
describeWithServers('a storm of alarms on S3, SQS and PostgreSQL', ['minio', 'elasticmq', 'postgres'], () => {
  const before = { ...process.env };
  let scale: CloudAtScale;
  afterEach(async () => {
    process.env = before;
    await scale.stop();
  });
  const storm = async (homes: number, workers: number, noisyCandidates: number) => {
    scale = await startCloudAtScale();
    // The SDK of this process reads its keys from here.
    process.env = { ...before, ...scale.env };
    return alarmStorm({
      env: scale.env,
      homes,
      overMs: homes * 200,
      workers,
      noisyCandidates,
      workersLast: noisyCandidates > 0,
      giveUpAfterMs: GIVE_UP_AFTER_MS,
    });
  };

  test('notifies every home once, with two workers', async () => {
    const report = await storm(60, 2, 0);
    expect(report).toMatchObject({ notified: 60, notifiedTwice: 0 });
    expect(Math.max(...report.queue.map(({ ready, leased }) => ready + leased))).toBeGreaterThan(0);
  }, 240_000);

  test("one home's two hundred glass candidates do not delay the others' smoke alarms", async () => {
    const { notified, notifiedTwice, glassBeforeSmoke } = await storm(30, 1, NOISY);
    expect({ notified, notifiedTwice }).toEqual({ notified: 30, notifiedTwice: 0 });
    // A few glass clips come first, because a worker receives several messages at once. If smoke alarms had no lane of
    // their own, all 200 would.
    expect(glassBeforeSmoke).toBeLessThan(NOISY / 4);
  }, 240_000);
});
