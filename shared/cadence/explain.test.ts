import { describe, expect, test } from '@jest/globals';
import type { Cadence } from '../contracts/candidate.ts';
import { cameAgain, clearest, explain } from './explain.ts';
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
    [{ pattern: 't3', groups: 4 }, 'three beeps of 0.5 s at 3.1 kHz, four times'],
    [{ pattern: 't4', onS: 0.1, groups: 2 }, 'four beeps of 0.1 s at 3.1 kHz, twice'],
    [{ pattern: 'steady', beeps: 9, toneHz: 521 }, 'at least nine beeps of 0.5 s at 520 Hz, 1.0 s apart'],
    [{ pattern: 'fast', beeps: 14, onS: 0.15, offS: 0.1 }, 'at least 14 fast beeps of 0.15 s at 3.1 kHz, 0.25 s apart'],
    [{ pattern: 'continuous', onS: 12.2 }, 'a continuous tone at 3.1 kHz for 12 s'],
    [{ pattern: 'sweep', groups: 7, periodS: 0.56 }, 'a tone that sweeps around 3.1 kHz, every 0.56 s'],
    [{ pattern: 'sweep', groups: 7, periodS: null }, 'a tone that sweeps around 3.1 kHz'],
    [{ pattern: 'chirp', beeps: 1, onS: 0.06 }, 'one chirp of 0.06 s at 3.1 kHz'],
    [{ pattern: 'chirp', beeps: 3, onS: 0.06, periodS: 41 }, 'a chirp of 0.06 s at 3.1 kHz every 41 s, three times'],
    [{ beeps: 0, toneHz: null }, 'no beeps'],
    [{ beeps: 1 }, 'one beep of 0.5 s at 3.1 kHz so far'],
    [{ beeps: 3, toneHz: null }, 'three beeps of 0.5 s so far'],
    [{ beeps: 4 }, 'four tones at 3.1 kHz in no pattern'],
    [{ pattern: 'continuous', onS: 9.95, toneHz: 1_000 }, 'a continuous tone at 1.0 kHz for 10 s'],
    [{ pattern: 'continuous', onS: 9.05, toneHz: 994 }, 'a continuous tone at 990 Hz for 9.05 s'],
    [{ pattern: 't3', groups: 1, beeps: 3 }, 'three beeps of 0.5 s at 3.1 kHz, once'],
    [{ pattern: 't3', groups: 1, beeps: 4 }, 'three beeps of 0.5 s at 3.1 kHz, and again'],
    [{ pattern: 't3', groups: 2, beeps: 6 }, 'three beeps of 0.5 s at 3.1 kHz, twice'],
    [{ pattern: 't4', groups: 1, beeps: 4, onS: 0.1 }, 'four beeps of 0.1 s at 3.1 kHz, once'],
    [{ pattern: 't4', groups: 1, beeps: 5, onS: 0.1 }, 'four beeps of 0.1 s at 3.1 kHz, and again'],
    [{ pattern: 't3', groups: 1, beeps: 3, fit: 0.4 }, 'three beeps of 0.5 s at 3.1 kHz, once'],
    [{ pattern: 't3', groups: 1, beeps: 3, fit: 0.39 }, 'tones in no clear rhythm so far'],
    [{ pattern: 't4', groups: 1, beeps: 4, fit: 0.39 }, 'tones in no clear rhythm so far'],
    [{ pattern: 't3', groups: 2, beeps: 6, fit: 0.27 }, 'three beeps of 0.5 s at 3.1 kHz, twice'],
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
