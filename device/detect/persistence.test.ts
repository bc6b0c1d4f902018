import { describe, expect, test } from '@jest/globals';
import type { Cadence } from '@earshot/shared/contracts/candidate.ts';
import { hasGoneOn, surenessS } from './persistence.ts';

const NO_RHYTHM: Cadence = {
  pattern: 'none',
  toneHz: null,
  onS: 0,
  offS: 0,
  periodS: null,
  beeps: 5,
  groups: 0,
  fit: 0,
};
const T3: Cadence = { ...NO_RHYTHM, pattern: 't3', onS: 0.5, offS: 0.5, beeps: 6, groups: 2, fit: 0.7 };
const T4: Cadence = { ...NO_RHYTHM, pattern: 't4', onS: 0.1, offS: 0.1, beeps: 8, groups: 2, fit: 0.7 };
const sounding = { sinceS: 6.6, quietS: 0.3, isCutOff: false };

describe('an alarm goes on', () => {
  test('a second group of its own rhythm proves it', () => {
    expect(hasGoneOn('smoke_alarm', sounding, T3)).toBe(true);
    expect(hasGoneOn('co_alarm', sounding, T4)).toBe(true);
    expect(hasGoneOn('co_alarm', sounding, T3)).toBe(false);
    expect(hasGoneOn('smoke_alarm', sounding, { ...T3, beeps: 3, groups: 1 })).toBe(false);
    expect(hasGoneOn('smoke_alarm', sounding, { ...T3, beeps: 5, groups: 1 })).toBe(true);
  });

  test('without a rhythm it must outlast what ends', () => {
    expect(hasGoneOn('smoke_alarm', sounding, NO_RHYTHM)).toBe(false);
    expect(hasGoneOn('smoke_alarm', { ...sounding, sinceS: 10 }, NO_RHYTHM)).toBe(true);
  });

  test('what is quiet for longer than an alarm’s pause has ended, whatever its rhythm was', () => {
    expect(hasGoneOn('smoke_alarm', { ...sounding, quietS: 3 }, T3)).toBe(false);
    expect(hasGoneOn('smoke_alarm', { ...sounding, sinceS: 12, quietS: 7 }, T3)).toBe(false);
  });

  test('one group of a CO alarm with a long silence behind it may be one a minute; a longer sound is none', () => {
    const lone = { sinceS: 7.4, quietS: 6.5, isCutOff: false };
    expect(hasGoneOn('co_alarm', lone, NO_RHYTHM)).toBe(true);
    expect(hasGoneOn('co_alarm', { ...lone, sinceS: 9 }, NO_RHYTHM)).toBe(false);
    expect(hasGoneOn('smoke_alarm', lone, NO_RHYTHM)).toBe(false);
  });

  test('of a source that was cut off nobody knows, so it counts as going on, and less of it is enough', () => {
    const cut = { sinceS: 1.5, quietS: 3, isCutOff: true };
    expect(hasGoneOn('smoke_alarm', cut, NO_RHYTHM)).toBe(true);
    expect(surenessS(cut)).toBeLessThan(surenessS(sounding));
  });
});
