import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tellStory } from './testing/story.ts';
import { writeTestRelease } from './testing/test-release.ts';

test('on the embedded default: paired, heard, verified though a worker is killed, told once, played, deleted', async () => {
  const home = await mkdtemp(join(tmpdir(), 'earshot-story-'));
  const release = join(home, 'release');
  await writeTestRelease(release);
  await expect(tellStory({ EARSHOT_HOME: home, EARSHOT_RELEASE_DIR: release })).resolves.toBeUndefined();
  await rm(home, { recursive: true });
}, 120_000);
