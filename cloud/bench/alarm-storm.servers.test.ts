import { afterEach, expect, test } from '@jest/globals';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type CloudAtScale, startCloudAtScale } from '../testing/scale.ts';
import { alarmStorm } from './alarm-storm.ts';

/** The benchmark gives up before Jest's time-out, because its own error says what is missing. */
const GIVE_UP_AFTER_MS = 120_000;
const NOISY = 200;

/**
 * A small run of the benchmark (`npm run bench:cloud`), with the same code and commands, and with the verifier of the release.
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
    // The SDK in this process reads its keys from process.env.
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

  test('every home is notified once, with two workers', async () => {
    const report = await storm(60, 2, 0);
    expect(report).toMatchObject({ notified: 60, notifiedTwice: 0 });
    expect(Math.max(...report.queue.map(({ ready, leased }) => ready + leased))).toBeGreaterThan(0);
  }, 240_000);

  test('two hundred glass candidates of one home do not delay the smoke alarms of the others', async () => {
    const { notified, notifiedTwice, glassBeforeSmoke } = await storm(30, 1, NOISY);
    expect({ notified, notifiedTwice }).toEqual({ notified: 30, notifiedTwice: 0 });
    // A few glass clips are verified before the smoke alarm, because a worker receives several messages at once. Without a separate queue
    // for smoke alarms, all 200 glass clips would be verified first.
    expect(glassBeforeSmoke).toBeLessThan(NOISY / 4);
  }, 240_000);
});
