import { describe, expect, test } from '@jest/globals';
import { DEVICE_FRONT_END } from '../features/log-mel.ts';
import { bandCentresHz } from '../features/mel-bank.ts';
import { BandLevels } from './band-levels.ts';

const CENTRES_HZ = bandCentresHz(DEVICE_FRONT_END);
/** The range of levels above silence, in decades, and by how much a band's peak falls per frame. */
const RANGE = 1.5;
const FALLS = 0.3 * 0.02;
const BAND = 7;

const frame = (decades: number): Float32Array => new Float32Array(CENTRES_HZ.length).fill(decades);

/** Pushes frames; in each of them all bands have the same value. */
function push(levels: BandLevels, ...values: number[]): BandLevels {
  for (const value of values) levels.push(frame(value));
  return levels;
}

const levelsOf = (...values: number[]): BandLevels => push(new BandLevels(DEVICE_FRONT_END), ...values);
const repeated = (count: number, value: number): number[] => Array.from({ length: count }, () => value);
/** The value whose level is `level` in the frame that comes `after` frames after a first frame with a peak of 0. */
const valueOf = (level: number, after: number): number => level - RANGE - after * FALLS;

describe('the frequency bands', () => {
  const { centresHz, narrowBands, bands, everything } = levelsOf();

  test('the narrow bands are the mel bands from 330 Hz to 6 kHz', () => {
    expect(centresHz.slice(0, narrowBands)).toEqual(CENTRES_HZ.filter((hz) => hz >= 330 && hz <= 6_000));
  });

  test('a wide band has six narrow bands on each side of its centre, and each is six narrow bands above the one before', () => {
    const wide = centresHz.slice(narrowBands).map((hz) => centresHz.indexOf(hz));
    expect(wide).toEqual(wide.map((_, n) => 6 * (n + 1)));
    expect(wide.at(-1)).toBeGreaterThan(narrowBands - 12);
    expect(wide.at(-1)).toBeLessThanOrEqual(narrowBands - 6);
  });

  test('one more band has the level of the loudest narrow band', () => {
    expect(bands).toBe(centresHz.length);
    expect(everything).toBe(bands);
  });

  test('each narrow band has the level of the mel band with the same centre', () => {
    const levels = levelsOf(0, -3);
    const mel = frame(-3);
    mel[CENTRES_HZ.indexOf(centresHz[BAND]!)] = 0;
    levels.push(mel);
    expect([...levels.now.subarray(0, narrowBands)].map((level) => level > 0)).toEqual(
      Array.from({ length: narrowBands }, (_, band) => band === BAND),
    );
    expect(levels.now[everything]).toBe(RANGE);
  });
});

describe('the level of a band', () => {
  test('is 1.5 at the peak of its band, and 0 when the band is 15 dB or more below its peak', () => {
    expect(levelsOf(-2).now[BAND]).toBe(RANGE);
    expect(levelsOf(0, -0.5).now[BAND]).toBeCloseTo(RANGE - 0.5 + FALLS);
    expect(levelsOf(0, -1.6).now[BAND]).toBe(0);
  });

  test('of a continuing sound rises, because the remembered peak decays by 15 dB in five seconds', () => {
    expect(levelsOf(0, ...repeated(125, -1.5)).now[BAND]).toBeCloseTo(0.75);
    expect(levelsOf(0, ...repeated(250, -1.5)).now[BAND]).toBeCloseTo(RANGE);
  });
});

describe("the running sums of a band's levels", () => {
  test('include the first frame of a range and exclude the last one', () => {
    const levels = levelsOf(0, ...[1, 0.5, 0.25, 0].map((level, n) => valueOf(level, n + 1)));
    expect(levels.frames).toBe(5);
    expect(levels.total(BAND, 0, 5)).toBeCloseTo(RANGE + 1.75);
    expect(levels.total(BAND, 1, 3)).toBeCloseTo(1.5);
    expect(levels.totalOfSquares(BAND, 1, 4)).toBeCloseTo(1 + 0.25 + 0.0625);
    expect(levels.total(BAND, 2, 2)).toBe(0);
  });

  test.each([
    [1_023, 0],
    [1_024, 1],
    [1_100, 77],
  ])('after %i frames are known from frame number %i on', (frames, knownFrom) => {
    expect(levelsOf(...repeated(frames, 0)).knownFrom).toBe(knownFrom);
  });
});

describe('frames that the front end skipped', () => {
  /** 25 frames with a mean level of 0.2, after ten louder ones. */
  const QUIET = Array.from({ length: 25 }, (_, n) => valueOf(n % 5 === 0 ? 1 : 0, 10 + n));
  const slept = (frames: number): BandLevels => {
    const levels = push(levelsOf(...repeated(10, 0).map((_, n) => -n * FALLS)), ...QUIET);
    levels.sleep(frames);
    return levels;
  };

  test('get the mean level of the half second before them', () => {
    const levels = slept(100);
    expect(levels.frames).toBe(135);
    expect(levels.now[BAND]).toBeCloseTo(0.2);
    expect(levels.total(BAND, 35, 135)).toBeCloseTo(20);
    expect(levels.total(BAND, 50, 60)).toBeCloseTo(2);
    expect(levels.totalOfSquares(BAND, 50, 60)).toBeCloseTo(0.4);
    expect(levels.total(levels.everything, 50, 60)).toBeCloseTo(2);
    expect(levels.total(BAND, 34, 36)).toBeCloseTo(0.2);
  });

  test.each([1_000, 1_024, 5_000])(
    'are known up to the size of the memory, also after a skip of %i frames',
    (frames) => {
      const levels = slept(frames);
      expect(levels.knownFrom).toBe(35 + frames - 1_023);
      expect(levels.total(BAND, Math.max(35, levels.knownFrom), levels.frames)).toBeCloseTo(
        0.2 * Math.min(frames, 1_023),
      );
      const from = levels.knownFrom;
      push(levels, ...repeated(10, 0));
      expect(levels.total(BAND, from + 30, from + 40)).toBeCloseTo(2);
    },
  );

  test('at the beginning of a stream are silent', () => {
    const levels = levelsOf();
    levels.sleep(50);
    expect(levels.frames).toBe(50);
    expect(levels.total(BAND, 0, 50)).toBe(0);
  });

  test('get the mean level of all sound so far when it is shorter than half a second', () => {
    const levels = levelsOf(0, valueOf(0.5, 1));
    levels.sleep(10);
    expect(levels.now[BAND]).toBeCloseTo(1);
  });

  test.each([
    ['by 3 dB in a second', 50, 0.3],
    ['to the loudest frames of the quiet sound (5 dB above its mean), not below', 5_000, RANGE - 0.2 - 0.5],
  ])('let the remembered peak decay %s', (_, frames, decayed) => {
    const levels = push(slept(frames), valueOf(0.25, 34));
    expect(levels.now[BAND]).toBeCloseTo(0.25 + FALLS + decayed);
  });

  test('do not change the remembered peak of a sound that was loud until then', () => {
    const levels = levelsOf(...repeated(30, 0).map((_, n) => -n * FALLS));
    levels.sleep(500);
    expect(push(levels, -1 - 30 * FALLS).now[BAND]).toBeCloseTo(0.5);
  });
});
