import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type CloudAtScale, startCloudAtScale } from './testing/scale.ts';
import { tellStory } from './testing/story.ts';
import { writeTestRelease } from './testing/test-release.ts';

describeWithServers('the story on S3, SQS and PostgreSQL', ['minio', 'elasticmq', 'postgres'], () => {
  let scale: CloudAtScale;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'earshot-story-'));
    scale = await startCloudAtScale();
  });
  afterAll(async () => {
    await scale.stop();
    await rm(home, { recursive: true });
  });

  test('paired, heard, verified though a worker is killed, told once, played, deleted', async () => {
    const release = join(home, 'release');
    await writeTestRelease(release);
    const env = { ...scale.env, EARSHOT_HOME: home, EARSHOT_RELEASE_DIR: release };
    await expect(tellStory(env)).resolves.toBeUndefined();
  }, 120_000);
});
