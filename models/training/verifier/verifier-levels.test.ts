import { describe, expect, test } from '@jest/globals';
import { bestOfEach } from './verifier-calibration.ts';
import { verifierLevels as levelsOf, type HouseDays, type Judged } from './verifier-levels.ts';

const NO_DAYS = { days: 0, judged: [] };
const real = (...scores: number[]): Judged[] => scores.map((score) => ({ label: 'glass_break', score, isReal: true }));
const others = (...scores: number[]): Judged[] =>
  scores.map((score) => ({ label: 'glass_break', score, isReal: false }));

/** Puts each candidate on a separate day. */
const onDays = (judged: Judged[]) => judged.map((one, day) => ({ ...one, day, atS: 0, eventId: 1 }));

const atAllLevels = (hours: number, judged: Judged[]) => ({
  hours,
  judged: { low: judged, medium: judged, high: judged },
});
const NONE = atAllLevels(0, []);

/** The levels for ten hours of sessions with the same candidates at each level. */
const verifierLevels = (label: string, candidates: Judged[], houseDays: HouseDays = NO_DAYS) =>
  levelsOf(label, { sessions: atAllLevels(10, candidates), nearMisses: NONE, houseDays });

describe('verifier thresholds', () => {
  const spread = real(...Array.from({ length: 1_000 }, (_, i) => 0.2 + (0.8 * (i + 0.5)) / 1_000));

  test('medium confirms as many false candidates as its budget allows, low confirms fewer and high more', () => {
    // In ten hours the budget of glass is five false alerts at medium, one at low and 15 at high.
    const candidates = [...spread, ...others(0.1, 0.2, 0.203, 0.206, 0.209, 0.212, 0.215, 0.218, 0.221)];
    const { low, medium, high } = verifierLevels('glass_break', candidates);
    expect(low?.threshold).toBeCloseTo(0.218, 4);
    expect(medium?.threshold).toBeCloseTo(0.206, 4);
    expect(high?.threshold).toBeCloseTo(0.204, 3);
  });

  test('no level loses more real candidates than allowed, even if its budget is exceeded', () => {
    const candidates = [...spread, ...others(...new Array<number>(30).fill(0.97))];
    const { low, medium, high } = verifierLevels('glass_break', candidates);
    expect(low?.missRate).toBeCloseTo(0.225, 2);
    expect(medium?.missRate).toBeCloseTo(0.15, 2);
    expect(high?.missRate).toBeCloseTo(0.045, 2);
  });

  test('without false candidates, all real ones except those with the lowest scores are confirmed', () => {
    expect(verifierLevels('glass_break', spread)['medium']?.missRate).toBeCloseTo(0.005, 3);
  });

  test('false candidates of house days count, too: with a single day, none may be confirmed', () => {
    const houseDays = { days: 1, judged: onDays(others(0.22)) };
    expect(verifierLevels('glass_break', spread, houseDays)['medium']).toMatchObject({ perDay: 0 });
    expect(verifierLevels('glass_break', spread, houseDays)['medium']?.threshold).toBeCloseTo(0.22, 4);
  });

  test('sounds that resemble alarms count, too: with an hour of them, none may be confirmed', () => {
    const sessions = atAllLevels(10, spread);
    const nearMisses = atAllLevels(1, others(0.2, 0.22));
    const { medium } = levelsOf('glass_break', { sessions, nearMisses, houseDays: NO_DAYS });
    expect(medium?.threshold).toBeCloseTo(0.22, 4);
  });

  test('the threshold of a level is set on the candidates of a device at that level', () => {
    const clear = real(...new Array<number>(100).fill(0.8));
    const faint = real(...new Array<number>(20).fill(0.1));
    const judged = { low: clear, medium: clear, high: [...clear, ...faint] };
    const levels = levelsOf('glass_break', { sessions: { hours: 10, judged }, nearMisses: NONE, houseDays: NO_DAYS });
    expect(levels['medium']?.threshold).toBeCloseTo(0.8, 2);
    expect(levels['high']?.threshold).toBeCloseTo(0.1, 2);
  });

  test('a less sensitive level never confirms more than a more sensitive one, even with few candidates', () => {
    const clear = real(...new Array<number>(101).fill(0.9));
    const unlucky = real(0.1, ...new Array<number>(18).fill(0.95));
    const levels = (low: Judged[], medium: Judged[], high: Judged[]) =>
      levelsOf('glass_break', {
        sessions: { hours: 10, judged: { low, medium, high } },
        nearMisses: NONE,
        houseDays: NO_DAYS,
      });
    const { low, medium } = levels(unlucky, clear, clear);
    expect(low?.threshold).toBe(medium?.threshold);
    expect(levels([], clear, [])['low']?.threshold).toBeCloseTo(0.9, 2);
    expect(levels(clear, unlucky, clear)['high']?.threshold).toBeCloseTo(0.1, 2);
  });

  test('a sound that is verified several times counts once, with its highest score', () => {
    const [alarm] = bestOfEach(real(0.1, 0.9, 0.4));
    expect(alarm?.score).toBe(0.9);
    expect(bestOfEach([...real(0.1, 0.9), ...others(0.2, 0.3)]).map(({ score }) => score)).toEqual([0.9, 0.3]);
  });

  test('false alerts per day are counted on house days only', () => {
    const candidates = [...real(0.8, 0.9), ...others(0.7, 0.7)];
    const houseDays = {
      days: 4,
      judged: onDays([...others(0.9, 0.3), { label: 'smoke_alarm', score: 1, isReal: false }]),
    };
    expect(verifierLevels('glass_break', candidates, houseDays)['medium']?.perDay).toBe(0.25);
  });

  describe('the alerts of a house day', () => {
    const alertsAt = (label: string, ...timesS: number[]) => alertsOfEvents(label, (n) => n, timesS);
    const alertsOfEvents = (label: string, eventIdOf: (n: number) => number, timesS: readonly number[]) => {
      const judged = timesS.map((atS, n) => ({ label, score: 0.9, isReal: false, day: 0, atS, eventId: eventIdOf(n) }));
      const candidates = real(0.8, 0.9).map((one) => ({ ...one, label }));
      return verifierLevels(label, candidates, { days: 1, judged })['medium']?.perDay;
    };

    test('a cricket that sings all night is one alert, however rarely the device reports it', () => {
      expect(alertsOfEvents('smoke_alarm', () => 1, [0, 10, 310, 1_210, 2_110])).toBe(1);
    });

    test('a safety sound that begins again is another alert when the incident before has ended', () => {
      expect(alertsAt('smoke_alarm', 0, 60, 120)).toBe(1);
      expect(alertsAt('smoke_alarm', 0, 61)).toBe(2);
      expect(alertsAt('co_alarm', 0, 61)).toBe(1);
    });

    test('crockery that clatters on is one alert', () => {
      expect(alertsAt('glass_break', ...Array.from({ length: 20 }, (_, n) => 60 * n))).toBe(1);
    });

    test('crockery that breaks now and then is an alert after each cool-down: incidents without an alert do not prolong it', () => {
      expect(alertsAt('glass_break', 0, 240, 300, 480, 541, 720)).toBe(2);
      expect(alertsAt('glass_break', 0, 301)).toBe(2);
    });

    test('each day begins without a cool-down', () => {
      const judged = [0, 1].map((day) => ({
        label: 'glass_break',
        score: 0.9,
        isReal: false,
        day,
        atS: 10,
        eventId: 1,
      }));
      expect(verifierLevels('glass_break', real(0.8, 0.9), { days: 1, judged })['medium']?.perDay).toBe(2);
    });
  });

  test('a label without a real candidate gets a threshold of 0.5', () => {
    expect(verifierLevels('door', [])['medium']).toMatchObject({ missRate: 0, perDay: 0 });
    expect(verifierLevels('door', [])['medium']?.threshold).toBeCloseTo(0.5, 2);
  });
});
