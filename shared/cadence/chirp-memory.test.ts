import { describe, expect, test } from '@jest/globals';
import { type Chirp, ChirpMemory } from './chirp-memory.ts';
import type { SteadyTone } from './steady-tone.ts';

/** The length of a tone: an exact binary fraction, so that distances are exact too. */
const LENGTH_S = 0.125;

interface ToneOptions extends Partial<SteadyTone> {
  lengthS?: number;
}

function tone(startS: number, { lengthS = LENGTH_S, ...other }: ToneOptions = {}): SteadyTone {
  return { startS, endS: startS + lengthS, hz: 3_100, prominenceDb: 20, wanderHz: 1, ...other };
}

/** The result of reading two seconds after the last of these tones ended. */
function read(...tones: SteadyTone[]): Chirp | null {
  const memory = new ChirpMemory();
  for (const each of tones) memory.add(each);
  return memory.read((tones.at(-1)?.endS ?? 0) + 2);
}

describe('one chirp of an alarm with a low battery', () => {
  test('is reported with its pitch, length and time', () => {
    expect(read(tone(10))).toEqual({
      fit: 0.25,
      beeps: 1,
      toneHz: 3_100,
      onS: LENGTH_S,
      periodS: null,
      sinceS: 10,
      lastS: 10 + LENGTH_S,
    });
  });

  test('is reported after a second of silence, because a second beep could follow', () => {
    const memory = new ChirpMemory();
    memory.add(tone(10));
    expect(memory.read(10 + LENGTH_S + 0.99)).toBeNull();
    expect(memory.read(10 + LENGTH_S + 1)).not.toBeNull();
  });

  test('is not reported when no tone was heard', () => expect(read()).toBeNull());

  test.each<[string, ToneOptions, boolean]>([
    ['is 0.04 s long', { lengthS: 0.04 }, true],
    ['is 0.03 s long', { lengthS: 0.03 }, false],
    ['is 0.45 s long', { lengthS: 0.45 }, true],
    ['is 0.46 s long', { lengthS: 0.46 }, false],
    ['is 13 dB above its neighbourhood', { prominenceDb: 13 }, true],
    ['is 12.9 dB above its neighbourhood', { prominenceDb: 12.9 }, false],
    ['has a pitch that varies by 30 Hz', { wanderHz: 30 }, true],
    ['has a pitch that varies by 30.1 Hz', { wanderHz: 30.1 }, false],
  ])('a tone that %s (%j) can be a chirp: %s', (_, options, isChirp) => {
    expect(read(tone(0, options)) !== null).toBe(isChirp);
  });

  test.each([
    [6, false],
    [6.5, true],
  ])('counts as alone when another tone began %d s earlier: %s', (distanceS, isAlone) => {
    const newest = tone(20 + distanceS, { hz: 1_000 });
    expect(read(tone(20), newest)?.toneHz ?? null).toBe(isAlone ? 1_000 : null);
  });

  test('does not count as alone while a melody plays, even if one of its notes is too long for a chirp', () => {
    expect(read(tone(20, { lengthS: 2, hz: 1_000 }), tone(25))).toBeNull();
  });
});

describe('repeated chirps of a low battery', () => {
  test.each([
    [26.5, false],
    [27, true],
    [66, true],
    [66.5, false],
  ])('two chirps %d s apart repeat like those of a low battery: %s', (periodS, repeats) => {
    expect(read(tone(10), tone(10 + periodS))).toMatchObject(
      repeats ? { fit: 0.75, beeps: 2, periodS } : { fit: 0.25, beeps: 2, periodS: null },
    );
  });

  test('three chirps at even distances have the highest fit', () => {
    expect(read(tone(10), tone(50), tone(90))).toMatchObject({ fit: 1, beeps: 3, periodS: 40, sinceS: 10 });
  });

  test('uneven distances lower the fit, down to 0', () => {
    expect(read(tone(10), tone(46), tone(90))?.fit).toBeCloseTo(0.6);
    expect(read(tone(10), tone(40), tone(90))?.fit).toBeCloseTo(0);
    expect(read(tone(10), tone(38), tone(100))?.fit).toBe(0);
  });

  test('a distance that is longer because a chirp was missed does not lower the fit', () => {
    expect(read(tone(10), tone(50), tone(130), tone(170))).toMatchObject({ fit: 1, beeps: 4, periodS: 40 });
  });

  test.each([
    [1.019, 2],
    [0.981, 2],
    [1.021, 1],
    [0.979, 1],
  ])(
    'a chirp whose pitch is %d times that of the newest one belongs to the same battery: %i beeps are counted',
    (ratio, beeps) => {
      expect(read(tone(10, { hz: 3_100 * ratio }), tone(50))?.beeps).toBe(beeps);
    },
  );

  test('a longer tone of the same pitch is not counted as a chirp', () => {
    expect(read(tone(10, { lengthS: 1 }), tone(50))).toMatchObject({ beeps: 1, sinceS: 50 });
  });

  test('pitch and length are medians, so one outlier does not change them', () => {
    const chirps = [tone(10, { lengthS: 0.25 }), tone(50, { hz: 3_110 }), tone(90, { hz: 3_150 })];
    expect(read(...chirps)).toMatchObject({ toneHz: 3_110, onS: LENGTH_S });
  });

  test.each([
    [249, 2],
    [250, 1],
  ])('with a chirp that ended %d s earlier: %i beeps are counted', (agoS, beeps) => {
    expect(read(tone(10), tone(10 + agoS))?.beeps).toBe(beeps);
  });

  test('only the newest 48 tones are remembered', () => {
    const melody = (notes: number) => Array.from({ length: notes }, (_, n) => tone(20 + n, { hz: 1_000 }));
    expect(read(tone(10), ...melody(46), tone(90))?.beeps).toBe(2);
    expect(read(tone(10), ...melody(47), tone(90))?.beeps).toBe(1);
  });
});
