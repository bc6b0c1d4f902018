import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@earshot/shared/clock.ts';
import { readCloudConfig } from '../config.ts';
import { cloudLog } from '../cloud-log.ts';
import { type Cloud, createCloud } from '../main.ts';
import type { Teacher } from '../taught-sounds/teaching.ts';
import type { ScoresClips } from '../verifier/scores-clips.ts';
import { writeTestRelease } from './test-release.ts';

export interface TestCloudOptions {
  clock?: Clock;
  /**
   * Replaces the verifier. By default every clip is confirmed with the device's label. Null: runs the test release's network in threads.
   */
  scorer?: ScoresClips | null;
  /** Replaces the training of taught sounds by a fake. */
  teacher?: Teacher;
  roles?: readonly ('api' | 'worker')[];
  env?: NodeJS.ProcessEnv;
  pushCa?: string;
  /** Aborting this signal ends the start. */
  signal?: AbortSignal;
}

/** Confirms every candidate, for tests that are not about the verifier network. */
export const agreeing: ScoresClips = {
  score: async ({ evidence }) => ({ scores: { [evidence.label]: 0.99 }, embedding: null }),
};

export interface TestCloud {
  cloud: Cloud;
  /** The folder with the cloud's database and clips. */
  home: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a whole cloud with SQLite and files, in its own folder and on a free port. */
export async function startTestCloud(options: TestCloudOptions = {}): Promise<TestCloud> {
  const home = options.env?.EARSHOT_HOME ?? (await mkdtemp(join(tmpdir(), 'earshot-cloud-')));
  const release = join(home, 'release');
  await writeTestRelease(release);
  const config = readCloudConfig({
    EARSHOT_HOME: home,
    EARSHOT_PORT: '0',
    EARSHOT_LOG_LEVEL: 'silent',
    EARSHOT_RELEASE_DIR: release,
    ...options.env,
  });
  const { clock, scorer = agreeing, teacher, roles, pushCa, signal } = options;
  const cloud = await createCloud({
    config,
    ...(scorer ? { scorer } : {}),
    ...(teacher ? { teacher } : {}),
    log: cloudLog(config.logLevel, 2),
    ...(clock ? { clock } : {}),
    ...(roles ? { roles } : {}),
    ...(pushCa ? { pushCa } : {}),
    ...(signal ? { signal } : {}),
  });
  return {
    cloud,
    home,
    async [Symbol.asyncDispose]() {
      await cloud.stop();
      if (!options.env?.EARSHOT_HOME) await rm(home, { recursive: true, force: true });
    },
  };
}
