import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCloudConfig } from '../config.ts';
import { cloudLog } from '../cloud-log.ts';
import { createCloud } from '../main.ts';
import { ClipVerifier } from '../verifier/clip-verifier.ts';
import { ReleaseShelf } from '../releases/release-shelf.ts';
import type { ScoresClips } from '../verifier/scores-clips.ts';

/**
 * A process of the cloud for tests that kill processes: `node cloud-process.ts api|worker`, configured by environment variables like a real
 * process. Writes JSON lines: {"started": …} and, as a worker, {"scoring": label}. EARSHOT_TEST_SCORING_MS sets how long each scoring
 * takes.
 */
const role = process.argv[2] === 'worker' ? 'worker' : 'api';
const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
const config = readCloudConfig(process.env);

const cloud = await createCloud({
  config,
  roles: [role],
  log: cloudLog(config.logLevel, 2),
  ...(role === 'worker' ? { scorer: await slowScorer(Number(process.env.EARSHOT_TEST_SCORING_MS ?? 0)) } : {}),
});
const codes =
  role === 'api'
    ? { phone: (await cloud.firstHome.phoneCode()).code, device: (await cloud.firstHome.deviceCode()).code }
    : {};
say({ started: { url: cloud.url, vapid: cloud.parts.vapid.publicKey, ...codes } });
await once(process, 'SIGTERM');
await cloud.stop();
process.exit();

async function slowScorer(ms: number): Promise<ScoresClips> {
  const shelf = new ReleaseShelf(config.releaseDir ?? '');
  await shelf.open();
  const { verifier } = shelf.require().manifest;
  const network = new ClipVerifier({ model: verifier, bytes: await shelf.file(verifier.sha256), threads: 1 });
  await network.start();
  return {
    score: async (clip) => {
      say({ scoring: clip.evidence.label });
      await sleep(ms);
      return network.score(clip);
    },
  };
}
