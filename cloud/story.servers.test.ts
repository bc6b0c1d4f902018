import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithServers } from '@earshot/shared/testing/describe-with-servers.ts';
import { type CloudAtScale, startCloudAtScale } from './testing/scale.ts';
import { type StoryEnd, runStory } from './testing/story.ts';

describeWithServers(
  'a sound on its way from the device to the phone, on S3, SQS and PostgreSQL, while one of two workers is killed',
  ['minio', 'elasticmq', 'postgres'],
  () => {
    let scale: CloudAtScale;
    let dir: string;
    let end: StoryEnd;
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'earshot-story-'));
      scale = await startCloudAtScale();
      end = await runStory(dir, scale.env);
    }, 240_000);
    afterAll(async () => {
      await scale.stop();
      await rm(dir, { recursive: true });
    });

    test('every sound is confirmed', () => {
      expect(end.incidents.map(({ verdict }) => verdict)).toEqual(Array(7).fill('confirmed'));
    });

    test('no alert is sent twice, and none is lost', () => {
      expect(new Set(Object.values(end.openedPushes))).toEqual(new Set([1]));
    });

    test('the phone gets exactly the bytes that the device sent', () => {
      expect(Buffer.compare(end.played, end.clip)).toBe(0);
    });

    test('after the deletion, no object is left in the bucket and the link is invalid', async () => {
      expect(end.statusAfterDeletion).toBe(404);
      expect(end.exported.deletions.every(({ doneAt }) => doneAt !== null)).toBe(true);
      expect(await scale.clipsLeft()).toEqual([]);
    });
  },
);
