import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Clock, systemClock } from '@earshot/shared/clock.ts';
import { startTestCloud, type TestCloud } from './testing/test-cloud.ts';

/** A clock whose `sleep` can be made to fail. Then every loop of the cloud that sleeps fails. */
class BreakableClock implements Clock {
  isBroken = false;
  nowMs = () => systemClock.nowMs();
  monotonicMs = () => systemClock.monotonicMs();
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.isBroken ? Promise.reject(new Error('the timer is broken')) : systemClock.sleep(ms, signal);
  }
}

describe('the cloud', () => {
  let home: string;
  beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'earshot-cloud-'))));
  afterEach(() => rm(home, { recursive: true }));
  const start = (clock: Clock = systemClock, signal?: AbortSignal): Promise<TestCloud> =>
    startTestCloud({ clock, env: { EARSHOT_HOME: home }, ...(signal ? { signal } : {}) });
  const isOpen = ({ cloud }: TestCloud) =>
    cloud.parts.database.check().then(
      () => true,
      () => false,
    );
  /** SQLite removes its log file when the last connection to the database is closed. */
  const hasOpenDatabase = () => existsSync(join(home, 'cloud.db-wal'));

  test('a loop that fails is reported, and `stop` still closes everything afterwards', async () => {
    const clock = new BreakableClock();
    const test = await start(clock);
    const ended = expect(test.cloud.ended).rejects.toThrow('the timer is broken');
    expect([await isOpen(test), hasOpenDatabase()]).toEqual([true, true]);
    clock.isBroken = true;
    await ended;
    await test.cloud.stop();
    expect([await isOpen(test), hasOpenDatabase()]).toEqual([false, false]);
    await expect(fetch(test.cloud.url)).rejects.toThrow();
  });

  test('when closing the queue fails, the database is still closed, and the failure is reported', async () => {
    const test = await start();
    test.cloud.parts.queue.close = () => Promise.reject(new Error('the queue hangs'));
    await expect(test.cloud.stop()).rejects.toThrow('the queue hangs');
    expect(await isOpen(test)).toBe(false);
  });

  test.each([0, 10, 50, 100])('a stop %i ms after the start began leaves no connection or file open', async (ms) => {
    const reason = await start(systemClock, AbortSignal.timeout(ms)).then(
      (started) => started.cloud.stop(),
      (error: Error) => error.name,
    );
    expect([undefined, 'TimeoutError']).toContain(reason);
    expect(hasOpenDatabase()).toBe(false);
  });

  test('an event listener that throws is logged, and the other listeners still get the event', async () => {
    const test = await start();
    const seen: string[] = [];
    test.cloud.events.on('candidate', () => {
      throw new Error('EPIPE');
    });
    test.cloud.events.on('candidate', ({ label }) => seen.push(label));
    test.cloud.events.emit('candidate', { label: 'smoke_alarm' } as never);
    expect(seen).toEqual(['smoke_alarm']);
    await test.cloud.stop();
  });
});
