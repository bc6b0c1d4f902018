import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '../testing/fake-clock.ts';
import { isAbort, pause, rejectOnAbort, untilAborted } from './pause.ts';
import { WakeUp } from './wake-up.ts';

let clock: FakeClock;
let stop: AbortController;
/** The names of what has ended so far, in order. */
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

  test('ends without an error when the signal aborts, and at once when it already has', async () => {
    note('first', pause(clock, 1_000, stop.signal));
    stop.abort();
    await pause(clock, 1_000, stop.signal);
    expect(ended).toEqual(['first']);
  });

  test('passes on an error that is not an abort', async () => {
    const broken = { nowMs: () => 0, monotonicMs: () => 0, sleep: () => Promise.reject(new Error('no timer')) };
    await expect(pause(broken, 1, stop.signal)).rejects.toThrow('no timer');
  });
});

describe('until aborted', () => {
  test('resolves at the abort, and at once when the signal has already aborted', async () => {
    note('waiting', untilAborted(stop.signal));
    await clock.advance(1_000);
    expect(ended).toEqual([]);
    stop.abort();
    await untilAborted(stop.signal);
    expect(ended).toEqual(['waiting']);
  });
});

describe('reject on abort', () => {
  test('fails with the reason of the signal', async () => {
    const rejecting = rejectOnAbort(stop.signal);
    stop.abort(new Error('10 s have passed'));
    await expect(rejecting).rejects.toThrow('10 s have passed');
  });
});

describe('an abort', () => {
  test('is recognised by the reason of its signal or by the name of the error; other errors are not aborts', () => {
    const reason = new Error('SIGTERM');
    expect(isAbort(reason, stop.signal)).toBe(false);
    stop.abort(reason);
    expect(isAbort(reason, stop.signal)).toBe(true);
    expect(isAbort(new DOMException('aborted', 'AbortError'), stop.signal)).toBe(true);
    expect(isAbort(new Error('disk is full'), stop.signal)).toBe(false);
  });
});

describe('a wake-up', () => {
  test('cuts a wait short', async () => {
    const wakeUp = new WakeUp(clock);
    note('wait', wakeUp.wait(1_000, stop.signal));
    await clock.advance(10);
    wakeUp.wake();
    await clock.advance(0);
    expect(ended).toEqual(['wait']);
  });

  test('says whether a wait was cut short', async () => {
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

  test('is not lost when it comes before the wait, and counts once', async () => {
    const wakeUp = new WakeUp(clock);
    wakeUp.wake();
    await wakeUp.wait(1_000, stop.signal);
    note('second', wakeUp.wait(1_000, stop.signal));
    await clock.advance(999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['second']);
  });

  test('ends its wait without an error when the signal aborts', async () => {
    const wakeUp = new WakeUp(clock);
    note('wait', wakeUp.wait(1_000, stop.signal));
    stop.abort();
    await clock.advance(0);
    await wakeUp.wait(1_000, stop.signal);
    expect(ended).toEqual(['wait']);
  });
});
