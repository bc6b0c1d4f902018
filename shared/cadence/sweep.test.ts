import { describe, expect, test } from '@jest/globals';
import { type Sweep, SweepTrack } from './sweep.ts';

const FRAME_S = 0.02;

function trackOf(pitches: readonly number[]): SweepTrack {
  const track = new SweepTrack(FRAME_S);
  pitches.forEach((hz, frame) => track.push(hz, (frame + 1) * FRAME_S));
  return track;
}

const read = (...parts: number[][]): Sweep | null => trackOf(parts.flat()).read();
const tones = (frames: number, pitch: (frame: number) => number): number[] =>
  Array.from({ length: frames }, (_, frame) => pitch(frame));
const silence = (frames: number): number[] => tones(frames, () => 0);
/** The pitch rises evenly for `period` frames and then falls back at once. */
const rising = (frames: number, { low = 2_000, high = 2_900, period = 20 } = {}): number[] =>
  tones(frames, (frame) => low + ((high - low) * (frame % period)) / (period - 1));

describe('a sweeping tone', () => {
  test('is read with the middle of its range, its period, the number of sweeps in the last 4 s and their start', () => {
    const sweep = read(rising(300));
    expect(sweep).toMatchObject({ sweeps: 10, periodS: expect.closeTo(0.4), sinceS: expect.closeTo(2) });
    expect(Math.abs((sweep?.middleHz ?? 0) - 2_450)).toBeLessThan(25);
    expect(sweep?.fit).toBeGreaterThan(0.9);
  });

  test('is read also when its pitch rises and falls evenly', () => {
    const wave = tones(300, (frame) => 2_450 + 450 * Math.sin((2 * Math.PI * frame) / 25));
    expect(Math.abs((read(wave)?.periodS ?? 0) - 0.5)).toBeLessThan(0.021);
    expect(read(wave)?.fit).toBeGreaterThan(0.9);
  });

  test('has a higher fit with each sweep, up to eight', () => {
    const fits = [3, 6, 8, 10].map((sweeps) => read(rising(20 * sweeps))?.fit ?? 0);
    expect(fits[0]).toBeGreaterThan(0.3);
    expect(fits[0]).toBeLessThan(0.4);
    expect(fits[1]).toBeGreaterThan(0.65);
    expect(fits[1]).toBeLessThan(0.8);
    expect(fits[3]).toBeCloseTo(fits[2]!, 1);
  });

  test.each([
    ['a sound of less than a second', rising(49, { period: 10 })],
    ['a range of less than 250 Hz', rising(200, { low: 2_000, high: 2_290 })],
    ['a range of more than a factor of 2.5', rising(200, { low: 1_000, high: 3_500 })],
    ['a constant pitch', tones(200, () => 2_500)],
    ['two notes in turn, each held', tones(200, (frame) => (frame % 20 < 10 ? 2_000 : 2_500))],
    ['a tone in fewer than three of four frames', rising(200).map((hz, frame) => (frame % 3 === 0 ? 0 : hz))],
    ['a sound of less than a second after a silence', [...rising(100), ...silence(16), ...rising(40, { period: 10 })]],
    ['silence', silence(200)],
  ])('is not read from %s', (_, pitches) => expect(read(pitches)).toBeNull());

  test.each([
    ['a sound of one second', rising(50, { period: 10 })],
    ['a range of 300 Hz', rising(200, { low: 2_000, high: 2_350 })],
    ['a range of a factor of 2', rising(200, { low: 1_500, high: 3_000 })],
  ])('is read from %s', (_, pitches) => expect(read(pitches)?.fit).toBeGreaterThan(0.2));

  test('has nearly the same fit when noise hides every seventh frame', () => {
    const hidden = rising(200).map((hz, frame) => (frame % 7 === 0 ? 0 : hz));
    expect(read(hidden)?.fit).toBeGreaterThan(0.75);
  });

  test('has no fit for notes that jump, even when the melody repeats', () => {
    const melody = [2_000, 2_700, 2_100, 2_600, 2_200, 2_900, 2_050, 2_750, 2_300, 2_500];
    const played = tones(200, (frame) => melody[frame % 10]! + (frame % 2));
    expect(read(played)?.fit ?? 0).toBeLessThan(0.4);
    expect(read(rising(200, { period: 10 }))?.fit).toBeGreaterThan(2 * (read(played)?.fit ?? 0));
  });

  test('has no fit for a pitch that wanders without repeating', () => {
    const wander = tones(200, (frame) => 2_450 + 400 * Math.sin(frame * frame * 0.003));
    expect(read(wander)?.fit ?? 0).toBeLessThan(0.1);
  });
});

describe('a silence within a sweeping tone', () => {
  test('of more than 0.3 s begins a new sound', () => {
    expect(read(rising(80), silence(16), rising(100))).toMatchObject({ sweeps: 5, sinceS: expect.closeTo(1.92) });
  });

  test('of 0.3 s or less is part of the sound', () => {
    expect(read(rising(80), silence(15), rising(100))?.sinceS).toBeCloseTo(0);
    expect(read(rising(180), silence(15))?.sinceS).toBeCloseTo(0);
  });

  test('of 0.3 s in which frames were skipped is part of the sound too', () => {
    const track = trackOf(rising(80));
    track.sleep(15);
    rising(100).forEach((hz, frame) => track.push(hz, (96 + frame) * FRAME_S));
    expect(track.read()?.sinceS).toBeCloseTo(0);
  });

  test('counts also when the front end skipped its frames', () => {
    const track = trackOf(rising(100));
    track.sleep(16);
    rising(100).forEach((hz, frame) => track.push(hz, (117 + frame) * FRAME_S));
    expect(track.read()).toMatchObject({ sweeps: 5, sinceS: expect.closeTo(116 * FRAME_S) });
  });

  test.each([100, 200, 1_000])('of %i skipped frames ends the sweep', (frames) => {
    const track = trackOf(rising(200));
    expect(track.read()).not.toBeNull();
    track.sleep(frames);
    expect(track.read()).toBeNull();
  });

  test('that is longer than the history removes the sweep before it', () => {
    const track = trackOf(rising(130));
    track.sleep(200);
    rising(60).forEach((hz, frame) => track.push(hz, (331 + frame) * FRAME_S));
    expect(track.read()).toMatchObject({ sweeps: 3, sinceS: expect.closeTo(330 * FRAME_S) });
  });
});

test('a sweep is read again only every half second, because a reading is expensive', () => {
  const track = trackOf(rising(200));
  const first = track.read();
  for (let frame = 200; frame < 224; frame++) track.push(0, (frame + 1) * FRAME_S);
  expect(track.read()).toBe(first);
  track.push(0, 226 * FRAME_S);
  expect(track.read()).not.toBe(first);
});
