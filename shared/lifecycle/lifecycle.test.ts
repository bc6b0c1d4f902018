import { describe, expect, test } from '@jest/globals';
import { Lifecycle } from './lifecycle.ts';
import type { Part } from './part.ts';

const never = new AbortController().signal;

/** Parts that record in `log` when they are started and stopped. */
function notingParts(log: string[], parts: Record<string, Partial<Part>>): Partial<Part>[] {
  return Object.entries(parts).map(([name, part]) => ({
    start: async (signal) => {
      log.push(`start ${name}`);
      await part.start?.(signal);
    },
    stop: async () => {
      log.push(`stop ${name}`);
      await part.stop?.();
    },
  }));
}

const failing = (message: string) => async () => {
  throw new Error(message);
};

describe('a lifecycle', () => {
  test('starts parts in order and stops them in reverse', async () => {
    const log: string[] = [];
    const lifecycle = new Lifecycle(notingParts(log, { database: {}, server: {} }));
    await lifecycle.start(never);
    await lifecycle.stop();
    expect(log).toEqual(['start database', 'start server', 'stop server', 'stop database']);
  });

  test('starts no further part after the signal has aborted', async () => {
    const log: string[] = [];
    const stop = new AbortController();
    const server = { start: async () => stop.abort(new Error('SIGTERM')) };
    const lifecycle = new Lifecycle(notingParts(log, { database: {}, server, loop: {} }));
    await expect(lifecycle.start(stop.signal)).rejects.toThrow('SIGTERM');
    await lifecycle.stop();
    expect(log).toEqual(['start database', 'start server', 'stop loop', 'stop server', 'stop database']);
  });

  test('fails to start when the signal aborts during the start of the last part, even if all parts have started', async () => {
    const stop = new AbortController();
    const lifecycle = new Lifecycle([{ start: async () => stop.abort(new Error('SIGTERM')) }]);
    await expect(lifecycle.start(stop.signal)).rejects.toThrow('SIGTERM');
  });

  test('passes the signal to the part that is starting, so that a long start can give up', async () => {
    const stop = new AbortController();
    const waits: Partial<Part> = {
      start: (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gave up')))),
    };
    const starting = new Lifecycle([waits]).start(stop.signal);
    stop.abort();
    await expect(starting).rejects.toThrow('gave up');
  });

  test('stops every part after a failed start, including parts that never started', async () => {
    const log: string[] = [];
    const server = { start: failing('port 8080 is in use') };
    const lifecycle = new Lifecycle(notingParts(log, { database: {}, server, loop: {} }));
    await expect(lifecycle.start(never)).rejects.toThrow('port 8080 is in use');
    await lifecycle.stop();
    expect(log).toEqual(['start database', 'start server', 'stop loop', 'stop server', 'stop database']);
  });

  test('stops every part even when one fails to stop, then fails with the error of that part', async () => {
    const log: string[] = [];
    const lifecycle = new Lifecycle(
      notingParts(log, { database: {}, server: { stop: failing('the server hangs') }, loop: {} }),
    );
    await lifecycle.start(never);
    await expect(lifecycle.stop()).rejects.toThrow('the server hangs');
    expect(log.slice(3)).toEqual(['stop loop', 'stop server', 'stop database']);
  });

  test('reports the errors of all parts that failed to stop', async () => {
    const lifecycle = new Lifecycle([{ stop: failing('disk is full') }, { stop: failing('the server hangs') }]);
    await lifecycle.start(never);
    await expect(lifecycle.stop()).rejects.toThrow('2 parts failed to stop: the server hangs; disk is full');
  });

  test('when it is stopped during the start of a part, waits for the end of the start, then stops the part', async () => {
    const log: string[] = [];
    const opened = Promise.withResolvers<void>();
    const lifecycle = new Lifecycle(notingParts(log, { database: { start: () => opened.promise }, server: {} }));
    const starting = expect(lifecycle.start(never)).rejects.toThrow();
    const stopping = lifecycle.stop();
    opened.resolve();
    await Promise.all([starting, stopping]);
    expect(log).toEqual(['start database', 'stop server', 'stop database']);
  });

  test('stops each part once, even when it is asked to stop several times', async () => {
    const log: string[] = [];
    const lifecycle = new Lifecycle(notingParts(log, { server: {} }));
    await lifecycle.start(never);
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    await lifecycle.stop();
    expect(log).toEqual(['start server', 'stop server']);
  });
});
