import { describe, expect, test } from '@jest/globals';
import { Observers } from './observers.ts';

interface Events {
  level: [dbfs: number, source: string];
  ended: [];
}

describe('observers', () => {
  test('get the values of their event, in the order in which they were emitted', () => {
    const seen: unknown[] = [];
    const events = new Observers<Events>(() => undefined);
    events.on('level', (dbfs, source) => seen.push(['first', dbfs, source]));
    events.on('level', (dbfs) => seen.push(['second', dbfs]));
    events.on('ended', () => seen.push('ended'));
    events.emit('level', -30, 'mic');
    expect(seen).toEqual([
      ['first', -30, 'mic'],
      ['second', -30],
    ]);
  });

  test('are still called when one of them throws, which is reported with the name of the event', () => {
    const thrown: unknown[] = [];
    const seen: number[] = [];
    const events = new Observers<Events>((error, event) => thrown.push([event, error]));
    events.on('level', () => {
      throw new Error('EPIPE');
    });
    events.on('level', (dbfs) => seen.push(dbfs));
    events.emit('level', -30, 'mic');
    expect(seen).toEqual([-30]);
    expect(thrown).toEqual([['level', new Error('EPIPE')]]);
  });

  test('count as present for an event after the first one was added', () => {
    const events = new Observers<Events>(() => undefined);
    expect(events.isObserved('ended')).toBe(false);
    events.on('ended', () => undefined);
    expect(events.isObserved('ended')).toBe(true);
    expect(events.isObserved('level')).toBe(false);
  });
});
