import { expect, test } from '@jest/globals';
import type { CandidateClip } from './candidate-clips.ts';
import { fewOfEach } from './house-candidates.ts';

const candidate = (label: string, isReal: boolean, atS: number): CandidateClip =>
  ({ evidence: { label }, isReal, atS }) as unknown as CandidateClip;

test('of a sound that is reported all day, a few candidates from the whole day are used; rare ones are all used', () => {
  const cricket = Array.from({ length: 300 }, (_, n) => candidate('smoke_alarm', false, n));
  const rare = [candidate('smoke_alarm', true, 1), candidate('glass_break', false, 2)];
  const used = fewOfEach([...cricket, ...rare], 40);
  expect(used).toEqual(expect.arrayContaining(rare));
  const times = used.filter((one) => one.evidence.label === 'smoke_alarm' && !one.isReal).map(({ atS }) => atS);
  expect(times.length).toBeGreaterThan(30);
  expect(times.length).toBeLessThanOrEqual(40);
  expect(Math.max(...times)).toBeGreaterThan(280);
});
