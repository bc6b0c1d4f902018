import { describe, expect, test } from '@jest/globals';
import { NO_CADENCE, type CadenceReading } from '@earshot/shared/cadence/cadence-reader.ts';
import { BeeperLife, fateOf, surenessS, type Life } from './persistence.ts';

const RATE = 100;
const T3: CadenceReading = { ...NO_CADENCE, pattern: 't3', beeps: 6, groups: 2, fit: 0.7, repeats: 1 };
const T4: CadenceReading = { ...NO_CADENCE, pattern: 't4', beeps: 8, groups: 2, fit: 0.7, repeats: 1 };
const SOUNDING: Life = { soundedS: 6.3, quietS: 0.3, burstS: 2, isCutOff: false };

describe('whether an alarm goes on', () => {
  test('a second group in its own rhythm proves it', () => {
    expect(fateOf('smoke_alarm', SOUNDING, T3)).toBe('goes on');
    expect(fateOf('co_alarm', SOUNDING, T4)).toBe('goes on');
    expect(fateOf('co_alarm', SOUNDING, T3)).toBe('waits');
    expect(fateOf('smoke_alarm', SOUNDING, { ...T3, repeats: 0 })).toBe('waits');
  });

  test('without a rhythm it must outlast what ends', () => {
    expect(fateOf('smoke_alarm', SOUNDING, NO_CADENCE)).toBe('waits');
    expect(fateOf('smoke_alarm', { ...SOUNDING, soundedS: 10 }, NO_CADENCE)).toBe('goes on');
  });

  test('in a pause nothing is decided, and what is quiet for longer than any pause is over', () => {
    expect(fateOf('smoke_alarm', { ...SOUNDING, soundedS: 12, quietS: 3 }, T3)).toBe('waits');
    expect(fateOf('smoke_alarm', { ...SOUNDING, soundedS: 12, quietS: 7 }, T3)).toBe('over');
  });

  test('one group of a CO alarm with a long silence behind it may be one a minute, whatever was before; a longer sound is none', () => {
    const lone = { soundedS: 2, quietS: 6.5, burstS: 2, isCutOff: false };
    expect(fateOf('co_alarm', lone, NO_CADENCE)).toBe('goes on');
    expect(fateOf('co_alarm', { ...lone, soundedS: 8 }, NO_CADENCE)).toBe('goes on');
    expect(fateOf('co_alarm', { ...lone, soundedS: 4, burstS: 4 }, NO_CADENCE)).toBe('over');
    expect(fateOf('smoke_alarm', lone, NO_CADENCE)).toBe('over');
  });

  test('of a source that was cut off nobody knows, so it counts as going on, and less of it is enough', () => {
    const cut = { soundedS: 1.5, quietS: 3, burstS: 1.5, isCutOff: true };
    expect(fateOf('smoke_alarm', cut, NO_CADENCE)).toBe('goes on');
    expect(surenessS(cut)).toBeLessThan(surenessS(SOUNDING));
  });
});

describe('the life of what beeps', () => {
  /** Heard in each of the spans, in seconds; the life at `atS`. */
  function lived(spans: [number, number][], atS: number): Life {
    const life = new BeeperLife(RATE);
    for (const [from, to] of spans) for (let at = from * RATE; at <= to * RATE; at++) life.hear(at);
    return life.at(atS * RATE);
  }

  test('pauses of an alarm belong to it, and the silence behind it does not', () => {
    const life = lived(
      [
        [2, 4.5],
        [10, 12],
      ],
      15,
    );
    expect(life.soundedS).toBeCloseTo(10);
    expect(life.quietS).toBeCloseTo(3);
    expect(life.burstS).toBeCloseTo(2);
  });

  test('it begins anew after a silence that no alarm makes, and after a touch of something else', () => {
    const late = lived(
      [
        [2, 4],
        [11, 12],
      ],
      12,
    );
    expect(late.soundedS).toBeCloseTo(1);
    const touched = lived(
      [
        [2, 2.3],
        [6, 9],
      ],
      9,
    );
    expect(touched.soundedS).toBeCloseTo(3);
  });

  test('what never sounded is over', () => {
    expect(fateOf('smoke_alarm', new BeeperLife(RATE).at(RATE), NO_CADENCE)).toBe('over');
    expect(fateOf('co_alarm', new BeeperLife(RATE).at(RATE), NO_CADENCE)).toBe('over');
  });
});
