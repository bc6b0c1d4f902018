import { describe, expect, test } from '@jest/globals';
import { Loop } from './loop.ts';
import { untilAborted } from './pause.ts';

const noFailure = (error: unknown): never => {
  throw error;
};

describe('a loop', () => {
  test('runs from its start until its stop, and `stop` waits until it has ended', async () => {
    const log: string[] = [];
    const loop = new Loop(async (signal) => {
      log.push('runs');
      await untilAborted(signal);
      await Promise.resolve();
      log.push('ended');
    }, noFailure);
    await loop.start();
    expect(log).toEqual(['runs']);
    await loop.stop();
    expect(log).toEqual(['runs', 'ended']);
  });

  test('reports a failure once, as soon as it happens; `stop` does not throw it again', async () => {
    const failures: unknown[] = [];
    const loop = new Loop(
      async () => {
        throw new Error('the table is gone');
      },
      (error) => failures.push(error),
    );
    await loop.start();
    await Promise.resolve();
    expect(failures).toEqual([new Error('the table is gone')]);
    await loop.stop();
    expect(failures).toHaveLength(1);
  });

  test('never runs when it is stopped before its start', async () => {
    let runs = 0;
    const loop = new Loop(async () => void runs++, noFailure);
    await loop.stop();
    await loop.start();
    expect(runs).toBe(0);
  });
});
