import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '../testing/fake-clock.ts';
import { isAbort, pause, rejectOnAbort, untilAborted } from './pause.ts';
import { WakeUp } from './wake-up.ts';

let clock: FakeClock;
let stop: AbortController;
/** The names of the waits that have ended so far, in order. */
let ended: string[];
beforeEach(() => {
  clock = new FakeClock();
  stop = new AbortController();
  ended = [];
});
const note = (name: string, waiting: Promise<unknown>) => void waiting.then(() => ended.push(name));

describe('a pause', () => {
  test('lasts as long as it is asked to', async () => {
    note('pause', pause(clock, 1_000, stop.signal));
    await clock.advance(999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['pause']);
  });

  test('ends without an error when the signal aborts, and immediately when it has already aborted', async () => {
    note('first', pause(clock, 1_000, stop.signal));
    stop.abort();
    await pause(clock, 1_000, stop.signal);
    expect(ended).toEqual(['first']);
  });

  test('fails with an error that is not an abort', async () => {
    const broken = { nowMs: () => 0, monotonicMs: () => 0, sleep: () => Promise.reject(new Error('no timer')) };
    await expect(pause(broken, 1, stop.signal)).rejects.toThrow('no timer');
  });
});

describe('untilAborted()', () => {
  test('resolves when the signal aborts, and immediately when it has already aborted', async () => {
    note('waiting', untilAborted(stop.signal));
    await clock.advance(1_000);
    expect(ended).toEqual([]);
    stop.abort();
    await untilAborted(stop.signal);
    expect(ended).toEqual(['waiting']);
  });
});

describe('rejectOnAbort()', () => {
  test('rejects with the reason of the signal', async () => {
    const rejecting = rejectOnAbort(stop.signal);
    stop.abort(new Error('10 s have passed'));
    await expect(rejecting).rejects.toThrow('10 s have passed');
  });
});

describe('isAbort()', () => {
  test('recognises an abort by the reason of its signal or by the name of the error, and no other errors', () => {
    const reason = new Error('SIGTERM');
    expect(isAbort(reason, stop.signal)).toBe(false);
    stop.abort(reason);
    expect(isAbort(reason, stop.signal)).toBe(true);
    expect(isAbort(new DOMException('aborted', 'AbortError'), stop.signal)).toBe(true);
    expect(isAbort(new Error('disk is full'), stop.signal)).toBe(false);
  });
});

describe('a wake-up', () => {
  test('ends a wait early', async () => {
    const wakeUp = new WakeUp(clock);
    note('wait', wakeUp.wait(1_000, stop.signal));
    await clock.advance(10);
    wakeUp.wake();
    await clock.advance(0);
    expect(ended).toEqual(['wait']);
  });

  test('reports whether a wait was ended early', async () => {
    const wakeUp = new WakeUp(clock);
    const waiting = wakeUp.wait(1_000, stop.signal);
    await clock.advance(1_000);
    expect(await waiting).toBe(false);
    wakeUp.wake();
    expect(await wakeUp.wait(1_000, stop.signal)).toBe(true);
  });

  test('does not shorten the next wait after a reset', async () => {
    const wakeUp = new WakeUp(clock);
    wakeUp.wake();
    wakeUp.reset();
    const waiting = wakeUp.wait(1_000, stop.signal);
    await clock.advance(1_000);
    expect(await waiting).toBe(false);
  });

  test('is not lost when it comes before the wait, and ends only one wait', async () => {
    const wakeUp = new WakeUp(clock);
    wakeUp.wake();
    await wakeUp.wait(1_000, stop.signal);
    note('second', wakeUp.wait(1_000, stop.signal));
    await clock.advance(999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['second']);
  });

  test('does not make a wait fail when the signal aborts', async () => {
    const wakeUp = new WakeUp(clock);
    note('wait', wakeUp.wait(1_000, stop.signal));
    stop.abort();
    await clock.advance(0);
    await wakeUp.wait(1_000, stop.signal);
    expect(ended).toEqual(['wait']);
  });
});
