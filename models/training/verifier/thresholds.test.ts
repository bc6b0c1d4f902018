import { describe, expect, test } from '@jest/globals';
import { bestOfEach } from './calibrate.ts';
import { verifierLevels as levelsOf, type HouseDays, type Judged } from './thresholds.ts';

const NO_DAYS = { days: 0, judged: [] };
const real = (...scores: number[]): Judged[] => scores.map((score) => ({ label: 'smoke_alarm', score, isReal: true }));
const others = (...scores: number[]): Judged[] =>
  scores.map((score) => ({ label: 'smoke_alarm', score, isReal: false }));

/** The same candidates at each level. */
const verifierLevels = (label: string, candidates: Judged[], houseDays: HouseDays) =>
  levelsOf(label, { low: candidates, medium: candidates, high: candidates }, houseDays);

describe('verifier thresholds', () => {
  test('medium keeps 98 in 100 real candidates, high more, low fewer', () => {
    const candidates = real(...Array.from({ length: 1_000 }, (_, i) => 0.2 + (0.8 * (i + 0.5)) / 1_000));
    const { low, medium, high } = verifierLevels('smoke_alarm', candidates, NO_DAYS);
    expect(medium?.missRate).toBeLessThanOrEqual(0.02);
    expect(medium?.threshold).toBeCloseTo(0.216, 2);
    expect(high?.missRate).toBeLessThanOrEqual(0.005);
    expect(low?.missRate).toBeLessThanOrEqual(0.05);
    expect((low?.threshold ?? 0) > (medium?.threshold ?? 1)).toBe(true);
  });

  test('with a hundred candidates medium may lose two', () => {
    const candidates = real(0.02, 0.03, ...new Array<number>(98).fill(0.9));
    expect(verifierLevels('smoke_alarm', candidates, NO_DAYS)['medium']).toMatchObject({ missRate: 0.02 });
    expect(verifierLevels('smoke_alarm', candidates, NO_DAYS)['medium']?.threshold).toBeCloseTo(0.9, 2);
  });

  test('a level is set on what a device at that level lets through', () => {
    const clear = real(...new Array<number>(100).fill(0.8));
    const faint = real(...new Array<number>(20).fill(0.1));
    const levels = levelsOf('smoke_alarm', { low: clear, medium: clear, high: [...clear, ...faint] }, NO_DAYS);
    expect(levels['medium']?.threshold).toBeCloseTo(0.8, 2);
    expect(levels['high']?.threshold).toBeCloseTo(0.1, 2);
  });

  test('a less sensitive level never lets more through, whatever few candidates it has', () => {
    const clear = real(...new Array<number>(101).fill(0.9));
    const unlucky = real(0.1, ...new Array<number>(18).fill(0.95));
    const { low, medium } = levelsOf('smoke_alarm', { low: unlucky, medium: clear, high: clear }, NO_DAYS);
    expect(low?.threshold).toBe(medium?.threshold);
    expect(levelsOf('smoke_alarm', { low: [], medium: clear, high: [] }, NO_DAYS)['low']?.threshold).toBeCloseTo(
      0.9,
      2,
    );
    const { high } = levelsOf('smoke_alarm', { low: clear, medium: unlucky, high: clear }, NO_DAYS);
    expect(high?.threshold).toBeCloseTo(0.1, 2);
  });

  test('an alarm that is asked about again counts once, by the surest answer', () => {
    const [alarm] = bestOfEach(real(0.1, 0.9, 0.4));
    expect(alarm?.score).toBe(0.9);
    expect(bestOfEach([...real(0.1, 0.9), ...others(0.2, 0.3)])).toHaveLength(3);
  });

  test('a battery, which chirps again, may be missed more often', () => {
    const chirps = real(...Array.from({ length: 20 }, (_, i) => i / 20)).map((one) => ({
      ...one,
      label: 'low_battery_chirp',
    }));
    expect(verifierLevels('low_battery_chirp', chirps, NO_DAYS)['medium']).toMatchObject({ missRate: 0.15 });
  });

  test('what it lets through is counted on house days only', () => {
    const candidates = [...real(0.8, 0.9), ...others(0.95, 0.95)];
    const houseDays = { days: 4, judged: [...others(0.9, 0.3), { label: 'glass_break', score: 1, isReal: false }] };
    expect(verifierLevels('smoke_alarm', candidates, houseDays)['medium']?.perDay).toBe(0.25);
  });

  test('a label without a real candidate gets the even odds', () => {
    expect(verifierLevels('door', [], NO_DAYS)['medium']).toMatchObject({ missRate: 0, perDay: 0 });
    expect(verifierLevels('door', [], NO_DAYS)['medium']?.threshold).toBeCloseTo(0.5, 2);
  });
});
