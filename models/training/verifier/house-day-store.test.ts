import { describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CandidateClip } from './candidate-clips.ts';
import { HouseDayStore } from './house-day-store.ts';

const candidate = { samples: Float32Array.of(0, 0.5, -1, 1.2), isReal: false, atS: 12.5, eventId: 7, heard: [] };

async function* day(): AsyncGenerator<CandidateClip> {
  yield candidate as unknown as CandidateClip;
}

describe('stored house days', () => {
  test('a day is played once; later its candidates are read from disk, with 16-bit samples', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'earshot-days-')), 'days');
    const first = await new HouseDayStore(folder).take('calibrate-0', day);
    const again = await new HouseDayStore(folder).take('calibrate-0', () => {
      throw new Error('listened twice');
    });
    expect(again).toEqual(first);
    expect([...(again[0]?.samples ?? [])].map((x) => Math.round(x * 100) / 100)).toEqual([0, 0.5, -1, 1]);
    expect(again[0]).toMatchObject({ isReal: false, atS: 12.5, eventId: 7 });
  });

  test('a day that was interrupted before its end is not stored and is played again', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'earshot-days-')), 'days');
    const store = new HouseDayStore(folder);
    async function* broken(): AsyncGenerator<CandidateClip> {
      yield* day();
      throw new Error('killed');
    }
    await expect(store.take('calibrate-0', broken)).rejects.toThrow('killed');
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await store.take('calibrate-0', day)).toHaveLength(1);
  });
});
