import { afterEach, expect, test } from '@jest/globals';
import { FakeClock } from '@earshot/shared/testing/fake-clock.ts';
import { tidyMemory } from './tidy-memory.ts';

const globals = globalThis as { gc?: unknown };
const original = globals.gc;
afterEach(() => void (globals.gc = original));

test('collects thoroughly once after the start, then shortly every 30 s, until it is stopped', async () => {
  const runs: string[] = [];
  globals.gc = ({ type }: { type: string }) => void runs.push(type);
  const clock = new FakeClock();
  const stop = new AbortController();
  const tidying = tidyMemory(clock, stop.signal);
  await clock.advance(10_000);
  expect(runs).toEqual(['minor', 'major', 'minor']);
  await clock.advance(60_000);
  expect(runs).toEqual(['minor', 'major', 'minor', 'minor', 'minor']);
  stop.abort();
  await tidying;
});

test('does nothing in a process that may not start its collector', async () => {
  globals.gc = undefined;
  await tidyMemory(new FakeClock(), new AbortController().signal);
});
