import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@earshot/shared/testing/noise.ts';
import { compare, countsOf, type Seen } from './compare.ts';
import { isAmongFirst, stageAfter } from './share.ts';

const seen = ({
  falseAlerts = [],
  ...given
}: Omit<Partial<Seen>, 'falseAlerts'> & { falseAlerts?: number[] }): Seen => ({
  devices: 100,
  deviceDays: 100,
  failed: 0,
  falseAlerts: countsOf(falseAlerts),
  ...given,
});
const many = (count: number, each: number) => Array.from({ length: count }, () => each);

describe('the comparison of a new release with the old one', () => {
  const before = seen({ devices: 10_000, deviceDays: 10_000, falseAlerts: many(1_000, 1), failed: 20 });

  test('a new release counts as worse when many of its devices raise more false alerts', () => {
    expect(compare(seen({ falseAlerts: many(60, 2) }), before).worse).toMatch(
      /^false alerts per device and day: 1\.200/,
    );
  });

  test('a new release does not count as worse when one home raises all false alerts', () => {
    expect(compare(seen({ falseAlerts: [120] }), before).worse).toBeNull();
    expect(compare(seen({ falseAlerts: [60, 40, 20] }), before).worse).toBeNull();
  });

  test('a new release counts as worse when many of its devices fail, but not when only two do', () => {
    expect(compare(seen({ failed: 15 }), before).worse).toMatch(/^failed devices: 0\.150/);
    expect(compare(seen({ failed: 2 }), before).worse).toBeNull();
  });

  test('a new release does not count as worse when its rates equal the old ones, or when no device runs it yet', () => {
    expect(compare(seen({ falseAlerts: many(10, 1), failed: 0 }), before).worse).toBeNull();
    expect(compare(seen({ devices: 0, deviceDays: 0 }), before).worse).toBeNull();
  });

  test('releases are compared by false alerts per day, so three days at the old rate are not worse than one day', () => {
    const threeDays = seen({ deviceDays: 300, falseAlerts: many(30, 1) });
    expect(compare(threeDays, before).worse).toBeNull();
    expect(compare(threeDays, before).falseAlerts.is).toBeCloseTo(0, 6);
  });
});

/**
 * Simulates a roll-out and returns whether it was halted. Each home has its own rate of false alerts (log-normally distributed). A worse
 * release multiplies all rates.
 */
function rollOut(seed: number, devices: number, looks: number, timesWorse: number): boolean {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const poisson = (mean: number) => {
    let [count, product] = [0, random()];
    for (; product > Math.exp(-mean); count++) product *= random();
    return count;
  };
  const side = (size: number, factor: number) => {
    const rates = Array.from({ length: size }, () => (factor * 0.1 * Math.exp(normal() - 0.5)) / looks);
    return { rates, counts: rates.map(() => 0) };
  };
  const [next, before] = [side(devices, timesWorse), side(3 * devices, 1)];
  for (let look = 1; look <= looks; look++) {
    for (const { rates, counts } of [next, before]) rates.forEach((rate, at) => (counts[at]! += poisson(rate)));
    const of = ({ counts }: typeof next): Seen =>
      seen({
        devices: counts.length,
        deviceDays: (counts.length * look) / looks,
        falseAlerts: counts.filter((count) => count > 0),
      });
    if (compare(of(next), of(before)).worse) return true;
  }
  return false;
}

test('with hourly comparisons for a day, at most 2 in 100 roll-outs of an equal release halt, and most roll-outs of a five times worse release do', () => {
  const halted = (timesWorse: number) =>
    Array.from({ length: 100 }, (_, seed) => rollOut(seed + 1, 100, 24, timesWorse)).filter(Boolean).length;
  expect(halted(1)).toBeLessThanOrEqual(2);
  expect(halted(5)).toBeGreaterThanOrEqual(85);
}, 60_000);

describe('the stages of a roll-out', () => {
  const ids = Array.from({ length: 20_000 }, (_, at) => `device-${at}`);
  const first = (percent: number, version = '2026-01-02.1') => ids.filter((id) => isAmongFirst(id, version, percent));

  test('a stage contains about the requested share of devices, and a later stage only adds devices', () => {
    expect(first(1).length / 200).toBeCloseTo(1, 0);
    expect(first(10).length / 200).toBeCloseTo(10, 0);
    expect(first(100)).toEqual(ids);
    const ten = new Set(first(10));
    expect(first(1).every((id) => ten.has(id))).toBe(true);
  });

  test('each release starts its roll-out with different devices', () => {
    const [one, other] = [new Set(first(1)), first(1, '2026-01-03.1')];
    expect(other.filter((id) => one.has(id)).length).toBeLessThan(other.length / 4);
  });

  test('the stages of a roll-out are 1 %, 10 % and all devices', () => {
    expect([stageAfter(0), stageAfter(1), stageAfter(10), stageAfter(100)]).toEqual([1, 10, 100, null]);
  });
});
