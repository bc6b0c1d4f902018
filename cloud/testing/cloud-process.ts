import { setTimeout as sleep } from 'node:timers/promises';
import { readCloudConfig } from '../config.ts';
import { cloudLog, createCloud } from '../main.ts';
import { agreeing } from './test-cloud.ts';

/**
 * A process of its own that a test can kill: `node cloud-process.ts api,worker`, configured by the environment like any other.
 * It says on stdout, a JSON line each, what it does (cloud-processes.ts reads that), and ends when its parent does.
 * With TEST_SCORE_MS a clip takes so long and is confirmed; without, the release's verifier judges it.
 */
const say = (line: Record<string, unknown>): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const roles = (process.argv[2] ?? 'api,worker').split(',') as ('api' | 'worker')[];
const config = readCloudConfig(process.env);
const scoreMs = process.env.TEST_SCORE_MS;
const slow = {
  score: async (clip: Parameters<typeof agreeing.score>[0]) => {
    say({ type: 'scoring' });
    await sleep(Number(scoreMs));
    return agreeing.score(clip);
  },
};
const cloud = await createCloud({
  config,
  roles,
  log: cloudLog(config.logLevel, 2),
  ...(scoreMs ? { scorer: slow } : {}),
});
cloud.events.on('verdict', ({ candidateId, verdict }) => say({ type: 'verdict', candidateId, verdict }));

const stop = () => void cloud.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.stdin.once('end', stop).resume();

say({ type: 'ready', url: cloud.url });
if (roles.includes('api')) {
  const [phone, device] = [await cloud.firstHome.phoneCode(), await cloud.firstHome.deviceCode()];
  say({ type: 'codes', phone: phone.code, device: device.code });
}
