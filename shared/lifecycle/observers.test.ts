import { describe, expect, test } from '@jest/globals';
import { Observers } from './observers.ts';

interface Events {
  level: [dbfs: number, source: string];
  ended: [];
}

describe('observers', () => {
  test('each gets the values of its event, in the order in which they came', () => {
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

  test('one that throws is reported with its event, and the others are still called', () => {
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

  test('an event counts as observed after the first listener was added', () => {
    const events = new Observers<Events>(() => undefined);
    expect(events.isObserved('ended')).toBe(false);
    events.on('ended', () => undefined);
    expect(events.isObserved('ended')).toBe(true);
    expect(events.isObserved('level')).toBe(false);
  });
});
