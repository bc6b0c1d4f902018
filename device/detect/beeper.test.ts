import { describe, expect, test } from '@jest/globals';
import type { Cadence } from '@earshot/shared/contracts/candidate.ts';
import { tellApart, type BeeperLabel } from './beeper.ts';
import type { Fate } from './persistence.ts';

const SILENT: Cadence = { pattern: 'none', toneHz: null, onS: 0, offS: 0, periodS: null, beeps: 0, groups: 0, fit: 0 };
const ONE_BEEP: Cadence = { ...SILENT, toneHz: 3_300, onS: 0.15, beeps: 1 };
const T3: Cadence = { ...SILENT, pattern: 't3', toneHz: 3_100, onS: 0.5, offS: 0.5, beeps: 3, groups: 1, fit: 0.7 };
const T4: Cadence = { ...SILENT, pattern: 't4', toneHz: 3_100, onS: 0.1, offS: 0.1, beeps: 4, groups: 1, fit: 0.7 };

/** Thresholds 0.9 and, with the rhythm, 0.7; of the chirp 0.6 and 0.5. Heard for 2 s, the chirp for 1 s, unless it says otherwise. */
function told(
  peaks: Partial<Record<BeeperLabel, number>>,
  cadence: Cadence,
  heard: Partial<Record<BeeperLabel, number>> = {},
  fate: Fate = 'goes on',
): BeeperLabel | null {
  const scores = (['smoke_alarm', 'co_alarm', 'low_battery_chirp'] as const).map((label) => ({
    label,
    peak: peaks[label] ?? 0,
    heardS: heard[label] ?? (label === 'low_battery_chirp' ? 1 : 2),
    lastsS: label === 'low_battery_chirp' ? 0.5 : 0.9,
    threshold: label === 'low_battery_chirp' ? 0.6 : 0.9,
    suspicion: label === 'low_battery_chirp' ? 0.5 : 0.7,
    fate,
  }));
  return tellApart(scores, cadence);
}

describe('telling smoke, CO and a battery apart', () => {
  test('without a rhythm it takes the whole threshold, and the surer head speaks for all', () => {
    expect(told({ smoke_alarm: 0.85 }, SILENT)).toBeNull();
    expect(told({ smoke_alarm: 0.95, co_alarm: 0.91 }, SILENT)).toBe('smoke_alarm');
    expect(told({ smoke_alarm: 0.92, co_alarm: 0.98 }, SILENT)).toBe('co_alarm');
  });

  test('a rhythm that agrees makes less evidence enough', () => {
    expect(told({ smoke_alarm: 0.75 }, T3)).toBe('smoke_alarm');
    expect(told({ co_alarm: 0.75 }, T4)).toBe('co_alarm');
    expect(told({ smoke_alarm: 0.65 }, T3)).toBeNull();
  });

  test('a clear rhythm decides against the surer head', () => {
    expect(told({ smoke_alarm: 0.97, co_alarm: 0.8 }, T4)).toBe('co_alarm');
    expect(told({ smoke_alarm: 0.8, co_alarm: 0.97 }, T3)).toBe('smoke_alarm');
  });

  test('of two that are sure the one that was heard for longer speaks', () => {
    expect(told({ smoke_alarm: 0.96, co_alarm: 0.92 }, SILENT, { smoke_alarm: 1, co_alarm: 1.8 })).toBe('co_alarm');
  });

  test('one short beep that nothing follows is a battery, not a fire, though the fire’s head was surer for a moment', () => {
    const heard = { smoke_alarm: 0.6 };
    expect(told({ smoke_alarm: 0.91, low_battery_chirp: 0.9 }, ONE_BEEP, heard)).toBe('low_battery_chirp');
    expect(told({ smoke_alarm: 0.97, low_battery_chirp: 0.55 }, ONE_BEEP, heard)).toBe('low_battery_chirp');
  });

  test('what was sure for a moment only and looks like nothing else is not told', () => {
    expect(told({ smoke_alarm: 0.97 }, SILENT, { smoke_alarm: 0.4 })).toBeNull();
    expect(told({ smoke_alarm: 0.97 }, T3, { smoke_alarm: 0.4 })).toBe('smoke_alarm');
    expect(told({ low_battery_chirp: 0.9 }, ONE_BEEP, { low_battery_chirp: 0.2 })).toBeNull();
  });

  test('a chirp that comes back every half minute is a battery, however sure the fire’s head is', () => {
    const chirps: Cadence = { ...ONE_BEEP, pattern: 'chirp', periodS: 30, beeps: 2, groups: 2, fit: 0.75 };
    expect(told({ smoke_alarm: 0.99, low_battery_chirp: 0.55 }, chirps)).toBe('low_battery_chirp');
    expect(told({ smoke_alarm: 0.99, low_battery_chirp: 0.55 }, { ...chirps, groups: 1, fit: 0.25 })).toBe(
      'smoke_alarm',
    );
  });

  test('an alarm of which one beep was heard stays an alarm when the chirp is less sure', () => {
    expect(told({ smoke_alarm: 0.97, low_battery_chirp: 0.7 }, ONE_BEEP)).toBe('smoke_alarm');
  });

  test('an alarm that has yet to show that it goes on is waited for, and hides the chirp that it sounds like', () => {
    const yet = 'waits';
    expect(told({ smoke_alarm: 0.97 }, SILENT, {}, yet)).toBeNull();
    expect(told({ smoke_alarm: 0.97 }, T3, {}, yet)).toBeNull();
    expect(told({ smoke_alarm: 0.97, low_battery_chirp: 0.7 }, ONE_BEEP, {}, yet)).toBeNull();
    expect(told({ smoke_alarm: 0.91, low_battery_chirp: 0.9 }, ONE_BEEP, { smoke_alarm: 0.6 }, yet)).toBe(
      'low_battery_chirp',
    );
  });

  test('an alarm that did not go on is none, and hides nothing', () => {
    expect(told({ smoke_alarm: 0.97 }, T3, {}, 'over')).toBeNull();
    expect(told({ smoke_alarm: 0.97, low_battery_chirp: 0.7 }, ONE_BEEP, {}, 'over')).toBe('low_battery_chirp');
  });

  test('one long tone is no CO alarm; what a room made one of four short ones may be', () => {
    const tone = { ...SILENT, toneHz: 500, onS: 1.1, beeps: 1 };
    expect(told({ co_alarm: 0.97 }, tone)).toBeNull();
    expect(told({ co_alarm: 0.97 }, { ...tone, onS: 0.8 })).toBe('co_alarm');
    expect(told({ co_alarm: 0.97 }, { ...tone, beeps: 2 })).toBe('co_alarm');
    expect(told({ smoke_alarm: 0.97 }, tone)).toBe('smoke_alarm');
    expect(told({ smoke_alarm: 0.95, co_alarm: 0.97 }, tone)).toBe('smoke_alarm');
  });

  test('what beeps on, rings low or long is no chirp', () => {
    expect(told({ low_battery_chirp: 0.9 }, { ...ONE_BEEP, beeps: 5 })).toBeNull();
    expect(told({ low_battery_chirp: 0.9 }, { ...ONE_BEEP, toneHz: 1_500 })).toBeNull();
    expect(told({ low_battery_chirp: 0.9 }, { ...ONE_BEEP, onS: 0.8 })).toBeNull();
  });
});
