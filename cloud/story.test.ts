import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type StoryEnd, runStory } from './testing/story.ts';

describe('a sound on its way from the device to the phone, on SQLite and files, while one of two workers is killed', () => {
  let dir: string;
  let end: StoryEnd;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'earshot-story-'));
    end = await runStory(dir, {});
  }, 180_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test('every sound is confirmed', () => {
    expect(end.incidents.map(({ label, verdict }) => `${label} ${verdict}`)).toHaveLength(7);
  });

  test('no alert is sent twice, and none is lost', () => {
    expect(new Set(Object.values(end.openedPushes))).toEqual(new Set([1]));
  });

  test('the phone gets exactly the bytes that the device sent', () => {
    expect(Buffer.compare(end.played, end.clip)).toBe(0);
  });

  test('after the deletion, no bytes are left and the link is invalid', async () => {
    expect(end.statusAfterDeletion).toBe(404);
    expect(end.exported.deletions.every(({ doneAt }) => doneAt !== null)).toBe(true);
    const left = await readdir(join(dir, 'clips'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });
});
