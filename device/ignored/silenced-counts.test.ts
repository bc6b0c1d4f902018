import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { SilencedCounts } from './silenced-counts.ts';

const DAY_MS = 86_400_000;

describe('the counts of silenced sounds', () => {
  test('cover seven days, and keep the time at which a sound was last silenced', async () => {
    const clock = new FakeClock();
    const counts = new SilencedCounts(clock);
    counts.follow(['a', 'b']);
    counts.add('a');
    await clock.advance(6 * DAY_MS);
    counts.add('a');
    counts.add('a');
    expect(counts.report()).toMatchObject([
      { id: 'a', week: 3, lastAt: new Date(clock.nowMs()).toISOString() },
      { id: 'b', week: 0, lastAt: null },
    ]);
    await clock.advance(DAY_MS);
    expect(counts.report()[0]).toMatchObject({ week: 2 });
    await clock.advance(7 * DAY_MS);
    expect(counts.report()[0]).toMatchObject({ week: 0, lastAt: expect.any(String) });
  });

  test('are deleted when their sound is removed, and kept when other sounds change', () => {
    const counts = new SilencedCounts(new FakeClock());
    counts.follow(['a']);
    counts.add('a');
    counts.add('unknown');
    counts.follow(['a', 'b']);
    expect(counts.report().map(({ week }) => week)).toEqual([1, 0]);
    counts.follow(['b']);
    counts.follow(['a', 'b']);
    expect(counts.report().map(({ week }) => week)).toEqual([0, 0]);
  });
});
