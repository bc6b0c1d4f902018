import { describe, expect, test } from '@jest/globals';
import type { Cadence, HeardSound, Reason } from '../contracts/candidate.ts';
import { cameAgain, clearest, describeSound, explain, isDecisive, rangeOf } from './explain.ts';
import { NO_CADENCE } from './rhythm-reader.ts';

describe('explains a rhythm in a sentence', () => {
  const base: Cadence = {
    pattern: 'none',
    toneHz: 3_130,
    onS: 0.5,
    offS: 0.5,
    periodS: null,
    beeps: 0,
    groups: 0,
    fit: 1,
  };
  test.each<[Partial<Cadence>, string]>([
    [{ pattern: 't3', groups: 4, periodS: 4 }, 'three beeps of 0.5 s at 3.1 kHz, and again'],
    [{ pattern: 't4', onS: 0.1, groups: 2, periodS: 60.2 }, 'four beeps of 0.1 s at 3.1 kHz, and again'],
    [{ pattern: 'steady', beeps: 9, toneHz: 521 }, 'at least nine beeps of 0.5 s at 520 Hz, 1.0 s apart'],
    [{ pattern: 'fast', beeps: 14, onS: 0.15, offS: 0.1 }, 'at least 14 fast beeps of 0.15 s at 3.1 kHz, 0.25 s apart'],
    [{ pattern: 'continuous', onS: 12.2 }, 'a continuous tone at 3.1 kHz for 12 s'],
    [{ pattern: 'sweep', groups: 7, periodS: 0.56 }, 'a tone that sweeps around 3.1 kHz, every 0.56 s'],
    [{ pattern: 'sweep', groups: 7, periodS: null }, 'a tone that sweeps around 3.1 kHz'],
    [{ pattern: 'chirp', beeps: 1, onS: 0.06 }, 'one chirp of 0.06 s at 3.1 kHz'],
    [
      { pattern: 'chirp', beeps: 3, onS: 0.06, periodS: 41 },
      'a chirp of 0.06 s at 3.1 kHz every 41 s, at least three times',
    ],
    [{ beeps: 0, toneHz: null }, 'no beeps'],
    [{ beeps: 1 }, 'one beep of 0.5 s at 3.1 kHz so far'],
    [{ beeps: 3, toneHz: null }, 'three beeps of 0.5 s so far'],
    [{ beeps: 4 }, 'four tones at 3.1 kHz in no pattern'],
    [{ pattern: 'continuous', onS: 9.95, toneHz: 1_000 }, 'a continuous tone at 1.0 kHz for 10 s'],
    [{ pattern: 'continuous', onS: 9.05, toneHz: 994 }, 'a continuous tone at 990 Hz for 9.05 s'],
    [{ pattern: 't3', groups: 1, beeps: 3 }, 'tones in no clear rhythm so far'],
    [{ pattern: 't3', groups: 1, beeps: 4 }, 'three beeps of 0.5 s at 3.1 kHz, and again'],
    [{ pattern: 't3', groups: 2, beeps: 6 }, 'three beeps of 0.5 s at 3.1 kHz, and again'],
    [{ pattern: 't4', groups: 1, beeps: 4, onS: 0.1 }, 'tones in no clear rhythm so far'],
    [{ pattern: 't4', groups: 1, beeps: 5, onS: 0.1 }, 'four beeps of 0.1 s at 3.1 kHz, and again'],
    [{ pattern: 't3', groups: 2, periodS: 4, fit: 0.4 }, 'three beeps of 0.5 s at 3.1 kHz, and again'],
    [
      { pattern: 't3', groups: 2, periodS: 4, toneRangeHz: [2_920, 4_050] },
      'three beeps of 0.5 s, mostly between 2.9 kHz and 4.0 kHz, and again',
    ],
    [{ pattern: 't3', groups: 2, periodS: 4, toneRangeHz: null }, 'three beeps of 0.5 s, and again'],
    [{ pattern: 't3', groups: 2, periodS: 4, toneHz: null }, 'three beeps of 0.5 s, and again'],
    [
      { pattern: 't3', groups: 2, periodS: 4, toneRangeHz: [2_930, 3_090] },
      'three beeps of 0.5 s at 3.0 kHz, and again',
    ],
    [
      { pattern: 't3', groups: 2, periodS: 4, fit: 0.39 },
      'sounds in the rhythm of three beeps of 0.5 s at 3.1 kHz, and again',
    ],
    [
      { pattern: 't4', groups: 4, periodS: 5.8, onS: 0.09, toneHz: 531, fit: 0.31 },
      'sounds in the rhythm of four beeps of 0.09 s at 530 Hz, and again',
    ],
    [{ pattern: 'chirp', groups: 1, beeps: 1, onS: 0.06, fit: 0.25 }, 'one chirp of 0.06 s at 3.1 kHz'],
  ])('%p', (part, sentence) => expect(explain({ ...base, ...part })).toBe(sentence));

  test('says "and again" only for T3 and T4, the patterns with groups', () => {
    expect(cameAgain({ ...base, pattern: 'fast', groups: 1, beeps: 9 })).toBe(false);
  });
});

describe('the cadence that explains an alert', () => {
  const of = (pattern: Cadence['pattern'], groups: number, fit: number): Cadence => ({
    ...NO_CADENCE,
    pattern,
    groups,
    fit,
  });

  test("has the most groups of a standard's rhythm, however well another pattern fits", () => {
    const t3 = of('t3', 3, 0.6);
    expect(clearest([of('none', 0, 0), of('steady', 9, 1), of('t3', 1, 0.9), t3, of('continuous', 1, 1)])).toBe(t3);
  });

  test("is the one that fits best when none has a standard's rhythm, and the earliest one when several fit equally well", () => {
    const first = of('fast', 12, 0.7);
    expect(clearest([of('none', 0, 0), first, of('steady', 20, 0.7)])).toBe(first);
  });

  test('is null when there are no reports', () => {
    expect(clearest([])).toBeNull();
  });
});

test('the pitch of beeps that have other tones, too, is where they are loudest', () => {
  const t3: Cadence = { ...NO_CADENCE, pattern: 't3', toneHz: 3_940, onS: 0.46, groups: 2, beeps: 6, fit: 0.8 };
  const heard: HeardSound = { isTone: true, lowHz: 3_900, highHz: 3_950, isSudden: false, isBroken: true };
  const loudest = 'three beeps of 0.46 s, loudest at 3.9 kHz, and again';
  const alone = 'three beeps of 0.46 s at 3.9 kHz, and again';
  expect(explain(t3, { ...heard, isTone: false })).toBe(loudest);
  expect(explain(t3, { ...heard, isOnlyTone: false })).toBe(loudest);
  expect(explain(t3, { ...heard, isOnlyTone: true })).toBe(alone);
  expect(explain(t3, heard)).toBe(alone);
  expect(explain(t3, null)).toBe(alone);
});

describe('a cadence explains an alert', () => {
  const t3: Cadence = { ...NO_CADENCE, pattern: 't3', groups: 2, beeps: 6, fit: 0.8 };
  const reason = (evidence: string): Reason => ({ evidence, value: 1, share: 0.3 });

  test('only if its rhythm or the repetition of its group is a reason of the decision', () => {
    expect(isDecisive({ cadence: t3, reasons: [reason('score_smoke_alarm')] })).toBe(false);
    expect(isDecisive({ cadence: t3, reasons: [reason('score_smoke_alarm'), reason('rhythm_t3')] })).toBe(true);
    expect(isDecisive({ cadence: t3, reasons: [reason('groups')] })).toBe(true);
    expect(isDecisive({ cadence: t3, reasons: [reason('rhythm_t4')] })).toBe(false);
    const chirp: Cadence = { ...NO_CADENCE, pattern: 'chirp', beeps: 1, groups: 1, fit: 0.25 };
    expect(isDecisive({ cadence: chirp, reasons: [reason('groups')] })).toBe(false);
    expect(isDecisive({ cadence: chirp, reasons: [reason('rhythm_chirp')] })).toBe(true);
  });

  test('not if its groups hardly fit the rhythm and differ in pitch, as notes of music, however often they repeated', () => {
    const notes: Cadence = { ...t3, groups: 4, fit: 0.24, toneRangeHz: [1_700, 2_500] };
    for (const reasons of [[], [reason('groups'), reason('rhythm_t3')]]) {
      expect(isDecisive({ cadence: notes, reasons })).toBe(false);
      expect(isDecisive({ cadence: { ...notes, toneRangeHz: null }, reasons })).toBe(false);
      expect(isDecisive({ cadence: { ...notes, fit: 0.25 }, reasons })).toBe(true);
      expect(isDecisive({ cadence: { ...notes, toneRangeHz: [3_090, 3_110] }, reasons })).toBe(true);
    }
  });

  test('of an older device that sends no reasons, unless it is a single group or no rhythm', () => {
    expect(isDecisive({ cadence: t3, reasons: [] })).toBe(true);
    // A device that sends what was heard sends all its reasons: here none is large enough.
    expect(isDecisive({ cadence: t3, reasons: [], heard: null })).toBe(false);
    expect(isDecisive({ cadence: { ...t3, groups: 1, beeps: 3 }, reasons: [] })).toBe(false);
    expect(isDecisive({ cadence: { ...t3, groups: 1, beeps: 4 }, reasons: [] })).toBe(true);
    expect(isDecisive({ cadence: NO_CADENCE, reasons: [] })).toBe(false);
  });
});

describe('describes a sound without a rhythm', () => {
  const sound = (change: Partial<HeardSound>): HeardSound => ({
    isTone: false,
    lowHz: 2_130,
    highHz: 6_800,
    isSudden: false,
    isBroken: false,
    ...change,
  });
  test.each<[Partial<HeardSound>, string]>([
    [{}, 'a sound, mostly between 2.1 kHz and 6.8 kHz'],
    [{ isSudden: true, lowHz: 420 }, 'a sudden sound, mostly between 420 Hz and 6.8 kHz'],
    [{ isTone: true, isSudden: true, lowHz: 3_090, highHz: 3_130 }, 'a tone at 3.1 kHz'],
    [
      { gapHz: [450, 2_400], lowHz: 300, highHz: 2_700 },
      'a sound, mostly between 300 Hz and 450 Hz and between 2.4 kHz and 2.7 kHz',
    ],
    [{ isTone: true, isBroken: true, lowHz: 2_970, highHz: 3_140 }, 'tones at 3.1 kHz'],
    [{ isTone: true, isOnlyTone: false, lowHz: 3_090, highHz: 3_130 }, 'a tone, loudest at 3.1 kHz'],
    [{ isTone: true, lowHz: 2_000, highHz: 2_800 }, 'a tone, mostly between 2.0 kHz and 2.8 kHz'],
    [{ isTone: true, isBroken: true, lowHz: 400, highHz: 900 }, 'tones, mostly between 400 Hz and 900 Hz'],
  ])('%p', (change, words) => expect(describeSound(sound(change))).toBe(words));

  test('a range of less than a semitone is one pitch, the middle of the range', () => {
    const text = (hz: number): string => `${Math.round(hz)} Hz`;
    expect(rangeOf([1_000, 1_055], text)).toEqual({ from: '1027 Hz', to: null });
    expect(rangeOf([1_000, 1_065], text)).toEqual({ from: '1000 Hz', to: '1065 Hz' });
  });
});
