import { afterEach, expect, test } from '@jest/globals';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type CloudAtScale, startCloudAtScale } from '../testing/scale.ts';
import { alarmStorm } from './alarm-storm.ts';

/** A fault ends a test by this error, which names it, instead of by the test's time-out. */
const GIVE_UP_AFTER_MS = 90_000;

/** The bench (`npm run bench:cloud`) in small: the same code, the same real commands, the release's own verifier. */
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
      giveUpAfterMs: GIVE_UP_AFTER_MS,
    });
  };

  test('every home is told once, by two workers', async () => {
    const report = await storm(60, 2, 0);
    expect(report).toMatchObject({ told: 60, toldTwice: 0 });
    expect(Math.max(...report.queue.map(({ ready, leased }) => ready + leased))).toBeGreaterThan(0);
  }, 240_000);

  test("one home's two hundred glass candidates delay nobody else's smoke by more than 2 s", async () => {
    const quiet = await storm(30, 1, 0);
    await scale.stop();
    const noisy = await storm(30, 1, 200);
    expect(noisy).toMatchObject({ told: 30, toldTwice: 0 });
    expect(noisy.metadataToPushMs.p95 - quiet.metadataToPushMs.p95).toBeLessThan(2000);
  }, 300_000);
});
