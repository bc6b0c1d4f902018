import { expect, test } from '@jest/globals';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { valueOf } from './from-schema.ts';
import { mutateBytes, mutateValue } from './mutate.ts';
import { sendMutated } from './send-mutated.ts';

test('400 mutated inputs cause no 5xx and no error outside of the catalogue, and most of them are refused', async () => {
  const { requests, clips, statuses, faults } = await sendMutated(400, 1);
  expect(faults).toEqual([]);
  expect(requests + clips).toBe(400);
  const refused = Object.entries(statuses).filter(([status]) => status.startsWith('4'));
  expect(refused.reduce((sum, [, times]) => sum + times, 0)).toBeGreaterThan(requests / 2);
  // Some mutated requests must still be valid; otherwise no handler would ever be reached.
  expect(Object.keys(statuses).some((status) => status.startsWith('2'))).toBe(true);
});

test('a run that is aborted ends early and returns what it has found so far', async () => {
  const stopped = new AbortController();
  const onProgress = (): void => stopped.abort();
  const { requests, clips } = await sendMutated(400, 1, { signal: stopped.signal, onProgress });
  expect(requests + clips).toBeGreaterThan(0);
  expect(requests + clips).toBeLessThan(400);
});

test('a mutated input differs from the valid one, and the same seed gives the same mutated inputs', () => {
  const value = { label: 'smoke_alarm', clip: { bytes: 3 }, tags: ['a'] };
  const mutations = (seed: number): string[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 50 }, () => JSON.stringify(mutateValue(random, value)));
  };
  expect(mutations(1)).toEqual(mutations(1));
  expect(mutations(1).filter((one) => one === JSON.stringify(value)).length).toBeLessThan(10);
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
  const random = seededRandom(3);
  const changed = Array.from({ length: 50 }, () => Buffer.compare(mutateBytes(random, bytes), bytes) !== 0);
  expect(changed.filter(Boolean).length).toBeGreaterThan(40);
});

test('a value that is generated from a JSON schema is valid for that schema', () => {
  expect(
    valueOf({
      type: 'object',
      properties: {
        kind: { enum: ['device', 'member'] },
        atS: { type: 'number', minimum: 3 },
        when: { type: 'string', format: 'date-time' },
        list: { type: 'array', items: { anyOf: [{ type: 'boolean' }] } },
      },
    }),
  ).toEqual({ kind: 'device', atS: 3, when: '2026-11-29T12:00:00.000Z', list: [true] });
});
