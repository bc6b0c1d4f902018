import { describe, expect, test } from '@jest/globals';
import { DEVICE_FRONT_END, LogMel } from '../features/log-mel.ts';
import type { SteadyTone } from './steady-tone.ts';
import { ToneTrack } from './tone-track.ts';

const BIN_HZ = 31.25;
const FRAME_S = 0.02;
const BINS = 257;
const FLOOR = 1e-3;
/** A range of pitch that includes every tone. */
const ANY = { lowHz: 1, highHz: 8_000 };

/** A power spectrum that has the value `FLOOR` in all bins except those given. */
function spectrum(powers: Record<number, number>, floor = FLOOR): Float32Array {
  const power = new Float32Array(BINS).fill(floor);
  for (const [bin, value] of Object.entries(powers)) power[Number(bin)] = value;
  return power;
}

const tone = (bin: number): Float32Array => spectrum({ [bin]: 1 });
const SILENCE = spectrum({});

/** Pushes each spectrum `count` times. Returns the tones that ended, with the frame in which each was reported. */
function push(track: ToneTrack, ...parts: [power: Float32Array, count: number][]): SteadyTone[] {
  return parts.flatMap(([power, count]) =>
    Array.from({ length: count }, () => track.push(power)).filter((ended) => ended !== null),
  );
}

function trackOf(...parts: [power: Float32Array, count: number][]): ToneTrack {
  const track = new ToneTrack(FRAME_S);
  push(track, ...parts);
  return track;
}

const pitchOf = (power: Float32Array): number => trackOf([power, 1]).newestHz;

describe('the tone of a frame', () => {
  test.each([400, 521, 1_000, 3_137, 4_700, 5_900])('has the pitch of a sine of %i Hz', (hz) => {
    const track = new ToneTrack(FRAME_S);
    const samples = Float32Array.from({ length: 1_600 }, (_, i) => 0.1 * Math.sin((2 * Math.PI * hz * i) / 16_000));
    new LogMel(DEVICE_FRONT_END).push(samples, (_, power) => void track.push(power));
    expect(Math.abs(track.newestHz - hz)).toBeLessThan(2);
  });

  test('has the pitch of the loudest peak', () =>
    expect(pitchOf(spectrum({ 50: 1, 100: 2, 120: 1 }))).toBe(100 * BIN_HZ));

  test.each([
    [9, false],
    [10, true],
    [192, true],
    [193, false],
  ])('is searched between 330 Hz and 6 kHz: in bin %i it is found: %s', (bin, isFound) => {
    expect(pitchOf(tone(bin))).toBe(isFound ? bin * BIN_HZ : 0);
  });

  test.each([
    ['is 10.1 times as strong as the frequencies around it', spectrum({ 100: 10.1 }, 1), true],
    ['is 9.9 times as strong as the frequencies around it', spectrum({ 100: 9.9 }, 1), false],
    ['lies in the rounding noise', spectrum({ 100: 9e-6 }, 0), false],
    ['lies just above the rounding noise', spectrum({ 100: 1.1e-5 }, 0), true],
    ['is spread over two bins by the window', spectrum({ 98: 0.9, 99: 0.9, 100: 1, 101: 0.9, 102: 0.9 }), true],
    ['lies three bins below an equally strong tone', spectrum({ 100: 1, 103: 0.9 }), true],
    ['lies between two equally strong tones, three bins away', spectrum({ 97: 0.9, 100: 1, 103: 0.9 }), false],
    ['lies between two equally strong tones, eight bins away', spectrum({ 92: 0.9, 100: 1, 108: 0.9 }), false],
    ['lies between two equally strong tones, nine bins away', spectrum({ 91: 0.9, 100: 1, 109: 0.9 }), true],
  ])('a peak that %s counts as a tone: %s', (_, power, isTone) => expect(pitchOf(power) > 0).toBe(isTone));

  test('has its pitch in the middle of its bin when both neighbouring bins are equal', () => {
    expect(pitchOf(spectrum({ 100: 1 }))).toBe(3_125);
    // A stronger neighbouring bin moves the pitch towards it, by half a bin at most.
    expect(pitchOf(spectrum({ 99: 0.25, 100: 1, 101: 0.5 }))).toBeCloseTo(3_125 + 5.2, 1);
    expect(pitchOf(spectrum({ 99: 0.5, 100: 1, 101: 0.25 }))).toBeCloseTo(3_125 - 5.2, 1);
  });
});

describe('a steady tone', () => {
  test('is reported with its times, pitch and prominence when it has been missing for three frames', () => {
    const track = trackOf([SILENCE, 5], [tone(100), 10], [SILENCE, 2]);
    const ended = track.push(SILENCE);
    expect(ended).toEqual({
      startS: 0.1,
      endS: expect.closeTo(0.3),
      hz: 3_125,
      prominenceDb: expect.closeTo(30, 1),
      wanderHz: 0,
    });
    expect(push(track, [SILENCE, 10])).toEqual([]);
  });

  test('continues when a syllable hides it for two frames', () => {
    const track = trackOf([tone(100), 5], [SILENCE, 2], [tone(100), 5], [SILENCE, 2], [tone(100), 1]);
    expect(track.steadyS).toBeCloseTo(15 * FRAME_S);
    expect(push(track, [SILENCE, 3])).toMatchObject([{ startS: 0, endS: expect.closeTo(0.3), hz: 3_125 }]);
  });

  test('may drift by one bin from frame to frame', () => {
    const track = new ToneTrack(FRAME_S);
    expect([100, 101, 102, 103, 102].flatMap((bin) => push(track, [tone(bin), 1]))).toEqual([]);
    expect(push(track, [SILENCE, 3])).toMatchObject([{ startS: 0, hz: expect.closeTo(101.6 * BIN_HZ, 1) }]);
  });

  test('is reported with the standard deviation of its pitch', () => {
    const track = trackOf([tone(100), 4], [tone(101), 4]);
    expect(track.ongoing?.wanderHz).toBeCloseTo(BIN_HZ / 2);
  });

  test('ends when another pitch has taken its place for three frames', () => {
    const track = trackOf([tone(100), 10], [tone(102), 2]);
    expect(track.ongoing?.hz).toBe(3_125);
    expect(track.push(tone(102))).toMatchObject({ startS: 0, endS: expect.closeTo(0.2), hz: 3_125 });
    expect(push(track, [SILENCE, 3])).toMatchObject([{ startS: expect.closeTo(0.24), hz: 102 * BIN_HZ }]);
  });

  test('is followed by the next tone, which is measured separately', () => {
    const track = new ToneTrack(FRAME_S);
    expect(push(track, [tone(100), 10], [SILENCE, 5], [tone(50), 10], [SILENCE, 3])).toMatchObject([
      { startS: 0, hz: 3_125 },
      { startS: expect.closeTo(0.3), endS: expect.closeTo(0.5), hz: 50 * BIN_HZ, wanderHz: 0 },
    ]);
  });

  test('ends when only noise at its pitch is left', () => {
    // When all bins of the noise have the same level, the first one counts as the loudest.
    expect(push(trackOf([tone(10), 5]), [SILENCE, 3])).toMatchObject([{ startS: 0, endS: expect.closeTo(0.1) }]);
  });

  test('says how long it has lasted so far', () => {
    const track = trackOf([SILENCE, 3], [tone(100), 7]);
    expect(track.steadyS).toBeCloseTo(7 * FRAME_S);
    expect(track.ongoing).toMatchObject({ startS: expect.closeTo(0.06), endS: expect.closeTo(0.2) });
  });

  test('does not exist in silence: no tone is ongoing or steady', () => {
    const track = trackOf([tone(100), 5], [SILENCE, 3]);
    expect(track.ongoing).toBeNull();
    expect(track.steadyS).toBe(0);
  });

  test('ends when frames are skipped, because skipped frames are quiet', () => {
    const track = trackOf([tone(100), 5]);
    expect(track.sleep(50)).toMatchObject({ startS: 0, endS: expect.closeTo(0.1), hz: 3_125 });
    expect(track.sleep(50)).toBeNull();
    expect(push(track, [tone(100), 5], [SILENCE, 3])).toMatchObject([{ startS: expect.closeTo(2.1) }]);
  });
});

describe('the pitch of a range of frames', () => {
  test('counts frames from the first one up to, not including, the last one', () => {
    const track = trackOf([SILENCE, 5], [tone(100), 5], [SILENCE, 5]);
    expect(track.countIn({ from: 0, to: 15, ...ANY })).toBe(5);
    expect(track.countIn({ from: 6, to: 9, ...ANY })).toBe(3);
    expect(track.countIn({ from: 8, to: 1_000, ...ANY })).toBe(2);
  });

  test('ignores tones of other pitches', () => {
    const track = trackOf([tone(50), 2], [tone(100), 3], [tone(150), 4]);
    expect(track.countIn({ from: 0, to: 9, lowHz: 100 * BIN_HZ, highHz: 100 * BIN_HZ })).toBe(3);
    expect(track.pitchIn({ from: 0, to: 9, lowHz: 100 * BIN_HZ, highHz: 100 * BIN_HZ })).toBe(3_125);
    expect(track.countIn({ from: 0, to: 9, lowHz: 100 * BIN_HZ, highHz: 8_000 })).toBe(7);
    expect(track.countIn({ from: 0, to: 9, lowHz: 1, highHz: 100 * BIN_HZ })).toBe(5);
  });

  test("is the median of the pitches of the frames' tones", () => {
    const track = trackOf([tone(150), 2], [tone(100), 2], [tone(101), 1]);
    expect(track.pitchIn({ from: 0, to: 5, ...ANY })).toBe(101 * BIN_HZ);
    expect(track.pitchIn({ from: 1, to: 4, ...ANY })).toBe(100 * BIN_HZ);
  });

  test('is null when no frame has a tone in the range', () => {
    expect(trackOf([SILENCE, 5], [tone(100), 1]).pitchIn({ from: 0, to: 5, ...ANY })).toBeNull();
  });

  test('is kept for 1,024 frames', () => {
    const track = trackOf([tone(100), 10], [SILENCE, 1_019]);
    expect(track.countIn({ from: 0, to: 1_029, ...ANY })).toBe(5);
    expect(track.pitchIn({ from: 0, to: 1_029, ...ANY })).toBe(3_125);
  });

  test.each([20, 1_024, 5_000])('does not exist in %i skipped frames', (skipped) => {
    const track = trackOf([tone(100), 1_024]);
    track.sleep(skipped);
    expect(track.newestHz).toBe(0);
    expect(track.countIn({ from: 0, to: Infinity, ...ANY })).toBe(Math.max(0, 1_024 - skipped));
  });
});

describe('the range of the pitch of beeps', () => {
  const NO_PAUSE = { from: 0, to: 0 };
  const HZ = 100 * BIN_HZ;

  test('leaves out the lowest and the highest tenth of the tones, and those of other sounds', () => {
    const track = trackOf([tone(90), 1], [tone(95), 4], [tone(105), 4], [tone(110), 1], [tone(20), 3]);
    expect(track.rangeOver([{ from: 0, to: 13 }], NO_PAUSE, HZ)).toEqual([95 * BIN_HZ, 105 * BIN_HZ]);
    const two = [
      { from: 1, to: 3 },
      { from: 6, to: 8 },
    ];
    expect(track.rangeOver(two, NO_PAUSE, HZ)).toEqual([95 * BIN_HZ, 105 * BIN_HZ]);
  });

  test('is null when fewer than half of the frames have a tone near the median', () => {
    const track = trackOf([tone(100), 5], [SILENCE, 5], [tone(151), 1]);
    expect(track.rangeOver([{ from: 0, to: 10 }], NO_PAUSE, HZ)).toEqual([100 * BIN_HZ, 100 * BIN_HZ]);
    expect(track.rangeOver([{ from: 0, to: 11 }], NO_PAUSE, HZ)).toBeNull();
    expect(track.rangeOver([{ from: 5, to: 10 }], NO_PAUSE, HZ)).toBeNull();
    expect(track.rangeOver([{ from: 3, to: 3 }], NO_PAUSE, HZ)).toBeNull();
  });

  test('is null when a tone near it is more than half as frequent in the pause before the beeps', () => {
    const track = trackOf([tone(100), 3], [SILENCE, 3], [tone(100), 10]);
    const beeps = [{ from: 6, to: 16 }];
    expect(track.rangeOver(beeps, { from: 0, to: 6 }, 400)).toEqual([100 * BIN_HZ, 100 * BIN_HZ]);
    expect(track.rangeOver(beeps, { from: 0, to: 5 }, 400)).toBeNull();
    expect(trackOf([tone(20), 6], [tone(100), 10]).rangeOver(beeps, { from: 0, to: 6 }, 400)).not.toBeNull();
  });

  test('is that of the beeps if the rhythm was found at it, however often it is heard in the pause, because it may be echo', () => {
    const track = trackOf([tone(100), 16]);
    const [beeps, pause] = [[{ from: 6, to: 16 }], { from: 0, to: 6 }];
    expect(track.rangeOver(beeps, pause, 1.05 * HZ)).toEqual([HZ, HZ]);
    expect(track.rangeOver(beeps, pause, 1.07 * HZ)).toBeNull();
    expect(track.rangeOver(beeps, pause, HZ / 1.07)).toBeNull();
  });

  test('ignores frames from a later one on, and those that are no longer kept', () => {
    const track = trackOf([tone(90), 10], [tone(100), 10]);
    expect(track.rangeOver([{ from: 5, to: 20 }], NO_PAUSE, HZ, 10)).toEqual([90 * BIN_HZ, 90 * BIN_HZ]);
    expect(track.rangeOver([{ from: -2_000, to: 10 }], NO_PAUSE, HZ, 10)).toBeNull();
  });
});

describe('the stability of the pitch', () => {
  test('is the share of tones within one bin of the most frequent pitch', () => {
    const notes: [Float32Array, number][] = [99, 100, 101, 102, 150].map((bin) => [tone(bin), 2]);
    expect(trackOf(...notes, [SILENCE, 5]).stability(4)).toBe(0.6);
  });

  test('is 1 for a single pitch, also at the ends of the searched range', () => {
    expect(trackOf([tone(10), 5]).stability(4)).toBe(1);
    expect(trackOf([tone(154), 5]).stability(4)).toBe(1);
  });

  test('is 0 without tones', () => expect(trackOf([SILENCE, 5]).stability(4)).toBe(0));

  test('covers the last seconds only', () => {
    expect(trackOf([tone(50), 100], [tone(100), 50]).stability(1)).toBe(1);
    expect(trackOf([tone(50), 100], [tone(100), 50]).stability(2)).toBe(0.5);
  });
});
