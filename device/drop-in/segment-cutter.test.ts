import { describe, expect, test } from '@jest/globals';
import { Ring } from '../audio/ring.ts';
import { SegmentCutter } from './segment-cutter.ts';

/** Sample number n has the value n / 2^20, so that a test can read a sample's position from its value. */
const counted = (from: number, seconds: number) =>
  Float32Array.from({ length: seconds * 16_000 }, (_, at) => (from + at) / 2 ** 20);
const ringOf = (seconds: number) => {
  const ring = new Ring();
  ring.push(counted(0, seconds), 0);
  return ring;
};
const hear = (ring: Ring, seconds: number) => ring.push(counted(ring.end, seconds), ring.end);
const span = (segment: Float32Array | null) =>
  segment && [Math.round((segment[0] ?? 0) * 2 ** 20), Math.round((segment.at(-1) ?? 0) * 2 ** 20)];

describe('the segments of live sound', () => {
  test('begin with the last second before the start, and follow one another without a gap', () => {
    const ring = ringOf(5);
    const cutter = new SegmentCutter([ring]);
    expect(span(cutter.next())).toEqual([64_000, 79_999]);
    expect(cutter.next()).toBeNull();
    hear(ring, 1.5);
    expect(span(cutter.next())).toEqual([80_000, 95_999]);
    expect(cutter.next()).toBeNull();
    hear(ring, 0.5);
    expect(span(cutter.next())).toEqual([96_000, 111_999]);
  });

  test('skip to the newest second when the connection is too slow for live sound', () => {
    const ring = ringOf(2);
    const cutter = new SegmentCutter([ring]);
    cutter.next();
    hear(ring, 10);
    expect(span(cutter.next())).toEqual([176_000, 191_999]);
  });

  test('mix all sources, and continue when one of them is silent', () => {
    const [one, other] = [ringOf(2), ringOf(2)];
    const cutter = new SegmentCutter([one, other]);
    expect(span(cutter.next())).toEqual([32_000, 63_998]);
    hear(one, 1);
    expect(span(cutter.next())).toEqual([32_000, 47_999]);
  });
});
