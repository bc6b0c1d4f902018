import { describe, expect, test } from '@jest/globals';
import { Ring } from './ring.ts';

const ramp = (from: number, length: number) => Float32Array.from({ length }, (_, i) => from + i);

describe('Ring', () => {
  test('returns the pushed samples, also when they wrap around the end of its buffer', () => {
    const ring = new Ring(1);
    for (let at = 0; at < 40_000; at += 700) ring.push(ramp(at, 700), at);
    expect(ring.end).toBe(40_600);
    expect(ring.start).toBe(24_600);
    expect(ring.read(30_000, 36_000)).toEqual(ramp(30_000, 6_000));
  });

  test('returns silence for positions before its oldest and after its newest sample', () => {
    const ring = new Ring(1);
    ring.push(ramp(1, 100), 0);
    expect([...ring.read(-2, 2)]).toEqual([0, 0, 1, 2]);
    expect([...ring.read(98, 102)]).toEqual([99, 100, 0, 0]);
  });

  test('returns silence for a gap, so that later samples keep their positions', () => {
    const ring = new Ring(1);
    ring.push(ramp(1, 10), 0);
    ring.push(ramp(1, 10), 50);
    const heard = ring.read(0, 60);
    expect(heard[9]).toBe(10);
    expect(heard.slice(10, 50).every((sample) => sample === 0)).toBe(true);
    expect(heard[50]).toBe(1);
  });

  test('is empty after a gap longer than its length', () => {
    const ring = new Ring(1);
    ring.push(ramp(1, 16_000), 0);
    ring.push(ramp(1, 5), 1_000_000);
    expect(ring.start).toBe(1_000_000);
    expect(ring.read(15_000, 16_000).every((sample) => sample === 0)).toBe(true);
  });

  test('keeps the newest samples of a block longer than its length', () => {
    const ring = new Ring(1);
    ring.push(ramp(0, 50_000), 0);
    expect(ring.read(49_990, 50_000)).toEqual(ramp(49_990, 10));
    expect(ring.start).toBe(34_000);
  });
});
