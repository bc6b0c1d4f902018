import { describe, expect, test } from '@jest/globals';
import type { LabelDecision } from '@earshot/shared/contracts/release.ts';
import { type Heard, SoundEvent } from './sound-event.ts';

/** One sample a second, so that samples are seconds. */
const RATE = 1;
type Slowdown = NonNullable<LabelDecision['slowdown']>;
const RULES: LabelDecision = { bias: 0, weights: {}, floor: 0.2, refractoryS: 10, holdS: 15, burst: 2, refillS: 60 };
const SURE = {
  probability: 0.9,
  repetitions: 0,
  highSounds: [{ db: -40, hz: null, goesOn: false }],
  beganSample: 0,
  soundsNow: true,
  isEarly: false,
};
/** The same with another level above 2 kHz, as a tone or without a pitch. */
const at = (db: number, hz: number | null = null) => ({ ...SURE, highSounds: [{ db, hz, goesOn: false }] });
const open = (rules: Partial<LabelDecision> = {}) => new SoundEvent({ ...RULES, ...rules }, RATE);

test('a sound is reported as "first", then as "again", but never within the refractory time', () => {
  const event = open();
  expect(event.report(100, SURE)).toBe('first');
  expect(event.report(109, SURE)).toBeNull();
  expect(event.report(110, SURE)).toBe('again');
});

test('after the burst is used up, another report is possible only when the limit has refilled', () => {
  const event = open();
  event.report(0, SURE);
  event.report(10, SURE);
  expect(event.report(20, SURE)).toBeNull();
  expect(event.report(59, SURE)).toBeNull();
  expect(event.report(60, SURE)).toBe('again');
});

test('after any length of quiet, at most `burst` reports are possible at once', () => {
  const event = open();
  const reports = [10_000, 10_010, 10_020].map((at) => event.report(at, SURE));
  expect(reports).toEqual(['first', 'again', null]);
});

test('all times are converted with the sample rate', () => {
  const rate = 16_000;
  const event = new SoundEvent(RULES, rate);
  event.suspect(100 * rate, SURE.highSounds);
  expect(event.report(100 * rate, SURE)).toBe('first');
  expect(event.openS(104 * rate)).toBe(4);
  expect(event.report(110 * rate - 1, SURE)).toBeNull();
  expect(event.report(110 * rate, SURE)).toBe('again');
  expect(event.isOver(115 * rate - 1)).toBe(false);
  expect(event.isOver(115 * rate)).toBe(true);
  // `burst` allows two reports at once. A third one is allowed `refillS` (60 s) after the first.
  expect(event.report(159 * rate, SURE)).toBeNull();
  expect(event.report(160 * rate, SURE)).toBe('again');
});

test('a reported event is over when its sound was not suspected for the hold time', () => {
  const event = open();
  event.suspect(100, SURE.highSounds);
  event.report(100, SURE);
  event.suspect(104, SURE.highSounds);
  expect(event.isOver(118)).toBe(false);
  expect(event.isOver(119)).toBe(true);
});

test('an event that was never reported does not end', () => {
  const event = open();
  event.suspect(100, SURE.highSounds);
  expect(event.isOver(1_000)).toBe(false);
  expect(event.close()).toBe(false);
});

test('after the end of an event the next report is "first", and still waits for the refractory time', () => {
  const event = open();
  event.report(100, SURE);
  expect(event.close()).toBe(true);
  expect(event.isOpen).toBe(false);
  expect(event.report(105, SURE)).toBeNull();
  expect(event.report(111, SURE)).toBe('first');
});

describe('a sound that goes on and on', () => {
  const rules = { burst: 100, slowdown: { growth: 2, longestS: 60, newsNats: 1, newsDb: 5 } };
  /** The seconds at which an event that sounds like `heardAt` is reported. */
  const reportedAt = (untilS: number, heardAt: (s: number) => Heard, changed: Partial<Slowdown> = {}): number[] => {
    const event = open({ ...rules, slowdown: { ...rules.slowdown, ...changed } });
    return Array.from({ length: untilS }, (_, s) => s).filter((s) => {
      event.suspect(s, heardAt(s).highSounds);
      return event.report(s, heardAt(s)) !== null;
    });
  };

  test('each report waits twice as long as the one before, up to the longest time', () => {
    expect(reportedAt(260, () => SURE)).toEqual([0, 10, 30, 70, 130, 190, 250]);
  });

  test('what is clearly surer than every earlier report waits no longer than at first', () => {
    const surerFrom45 = (probability: number) => (s: number) => (s < 45 ? SURE : { ...SURE, probability });
    // The odds rise from 9:1 to 99:1; a rise to 12:1 is no news.
    expect(reportedAt(70, surerFrom45(0.99))).toEqual([0, 10, 30, 45, 55]);
    expect(reportedAt(70, surerFrom45(12 / 13))).toEqual([0, 10, 30]);
  });

  test('the first and the second repetition of a standard’s group are reported at once, then the waits grow as for other sounds', () => {
    const twoFrom4 = (s: number) => ({ ...SURE, repetitions: Number(s >= 4) + Number(s >= 8) });
    expect(reportedAt(90, twoFrom4)).toEqual([0, 4, 8, 18, 38, 78]);
  });

  test('a standard’s rhythm never waits longer than it takes to earn a token, because an alarm may have begun during another sound', () => {
    const repeatsFrom = (fromS: number) => (s: number) => ({ ...SURE, repetitions: s >= fromS ? 2 : 0 });
    expect(reportedAt(300, repeatsFrom(0), { longestS: 300 })).toEqual([0, 10, 30, 70, 130, 190, 250]);
    expect(reportedAt(400, repeatsFrom(Infinity), { longestS: 300 })).toEqual([0, 10, 30, 70, 150, 310]);
  });

  test('a rhythm that begins again after a report without it is reported at once, because an alarm may begin after music', () => {
    const stopsAt100 = (s: number) => ({ ...SURE, repetitions: s >= 100 && s < 160 ? 0 : 2 });
    expect(reportedAt(260, stopsAt100, { longestS: 300 })).toEqual([0, 10, 30, 70, 150, 160, 170, 190, 230]);
  });

  test('a rhythm that comes and goes, or goes on for hours, is not reported at once again while reports contain it', () => {
    const from4NotAt8 = (s: number) => ({ ...SURE, repetitions: Number(s >= 4 && s !== 8) });
    expect(reportedAt(40, from4NotAt8)).toEqual([0, 4, 14, 34]);
  });

  test('a rhythm that begins during another sound is reported at once, and the waits begin anew', () => {
    const rhythmFrom45 = (s: number) => ({ ...SURE, repetitions: Number(s >= 45) });
    expect(reportedAt(90, rhythmFrom45)).toEqual([0, 10, 30, 45, 55, 75]);
  });

  test('a repetition needs no token, the next reports do', () => {
    const event = open({ ...rules, burst: 1 });
    expect(event.report(0, SURE)).toBe('first');
    expect(event.report(4, { ...SURE, repetitions: 1 })).toBe('again');
    expect(event.report(14, { ...SURE, repetitions: 1 })).toBeNull();
  });

  describe('when its first report came early', () => {
    const earlyAt = (earlyS: number) => (s: number) => ({ ...SURE, isEarly: s === earlyS });

    test('it is reported again when it has lasted for five seconds, and the waits grow from there', () => {
      expect(reportedAt(60, earlyAt(0))).toEqual([0, 5, 15, 35]);
      const from3 = (s: number) => ({ ...SURE, probability: s < 3 ? 0 : 0.9, beganSample: 1, isEarly: s === 3 });
      const event = open(rules);
      expect([3, 4, 5, 6].map((s) => event.report(s, from3(s)))).toEqual(['first', null, null, 'again']);
    });

    test('and it stops within five seconds, the next report comes after ten seconds or when it sounds again', () => {
      const stops = (s: number) => ({ ...earlyAt(0)(s), soundsNow: s < 3 });
      expect(reportedAt(20, stops)).toEqual([0, 10]);
      expect(reportedAt(20, (s) => ({ ...stops(s), soundsNow: s < 3 || s === 8 }))).toEqual([0, 8, 18]);
    });

    test('a repetition that comes before the five seconds are over is reported, too', () => {
      const repeatsAt4 = (s: number) => ({ ...earlyAt(0)(s), repetitions: Number(s >= 4) });
      expect(reportedAt(20, repeatsAt4)).toEqual([0, 4, 5, 15]);
    });

    test('the second report neither needs nor takes a token of the limit', () => {
      const [one, two] = [open({ ...rules, burst: 1 }), open({ ...rules, burst: 2 })];
      expect([0, 5, 15].map((s) => one.report(s, earlyAt(0)(s)))).toEqual(['first', 'again', null]);
      expect([0, 5, 15, 35].map((s) => two.report(s, earlyAt(0)(s)))).toEqual(['first', 'again', 'again', null]);
    });

    test('it may sound on for five seconds, unless it has been reported again', () => {
      const event = open(rules);
      event.report(0, earlyAt(0)(0));
      expect([4, 5].map((s) => event.maySoundOn(s))).toEqual([true, false]);
      event.report(5, SURE);
      expect(event.maySoundOn(6)).toBe(false);
      const usual = open(rules);
      usual.report(0, SURE);
      expect(usual.maySoundOn(1)).toBe(false);
    });

    test('the next event is reported as if there had been no early report', () => {
      const event = open(rules);
      event.report(0, earlyAt(0)(0));
      event.close();
      expect(event.report(10, { ...SURE, beganSample: 10 })).toBe('first');
      expect(event.report(16, SURE)).toBeNull();
    });
  });

  test('a new event in a standard’s rhythm also waits ten seconds after the last report of the event before', () => {
    const event = open(rules);
    event.report(0, SURE);
    event.close();
    expect(event.report(4, { ...SURE, repetitions: 1 })).toBeNull();
    expect(event.report(10, { ...SURE, repetitions: 1 })).toBe('first');
  });

  test('a louder sound that begins meanwhile is reported at once, and then with the same growing intervals as the first one', () => {
    const louderFrom45By = (db: number) => (s: number) => at(s >= 45 ? -40 + db : -40);
    expect(reportedAt(140, louderFrom45By(5))).toEqual([0, 10, 30, 45, 55, 75, 115]);
    expect(reportedAt(140, louderFrom45By(4.9))).toEqual([0, 10, 30, 70, 130]);
  });

  test('the news and the reports after it, `newsReports` in all, have short waits; then the waits are as long as before', () => {
    const loudAt100 = (s: number) => at(s === 100 ? -30 : -40);
    const growing = { longestS: 1_000 };
    expect(reportedAt(800, loudAt100, growing)).toEqual([0, 10, 30, 70, 100, 110, 130, 170, 250, 410, 730]);
    expect(reportedAt(800, loudAt100, { ...growing, newsReports: 3 })).toEqual([
      0, 10, 30, 70, 100, 110, 130, 210, 370, 690,
    ]);
  });

  test('news soon after other news does not make the waits after it shorter', () => {
    const loudTwice = (s: number) => at(s === 100 ? -30 : s === 150 ? -24 : -40);
    expect(reportedAt(600, loudTwice, { longestS: 1_000, newsReports: 2 })).toEqual([
      0, 10, 30, 70, 100, 110, 150, 160, 240, 400,
    ]);
  });

  test('a loud sound that has ended is news again after a report of something quieter', () => {
    const loudTwice = (s: number) => at(s === 45 || s === 65 ? -30 : -40);
    expect(reportedAt(70, loudTwice)).toEqual([0, 10, 30, 45, 55, 65]);
  });

  test('a tone that was silent for longer than `holdS` is news when it sounds again', () => {
    const beepsTwice = (againS: number) => (s: number) => at(-40, (s >= 100 && s < 109) || s >= againS ? 3_000 : 4_200);
    const reported = (againS: number): number[] => reportedAt(180, beepsTwice(againS), { growth: 8, longestS: 1_000 });
    expect(reported(Infinity)).toEqual([0, 10, 90, 100, 110]);
    expect(reported(122)).toEqual([0, 10, 90, 100, 110]);
    expect(reported(123)).toEqual([0, 10, 90, 100, 110, 123, 133]);
  });

  test('a tone is news when nothing of its pitch was reported before, even if other sounds were louder', () => {
    const toneAfterSlam = (s: number) => (s === 30 ? at(-15) : s >= 48 ? at(-35, 3_000) : at(-40, 4_200));
    expect(reportedAt(60, toneAfterSlam)).toEqual([0, 10, 30, 40, 50]);
    expect(reportedAt(60, (s) => (s === 30 ? at(-15) : at(-40, 4_200)))).toEqual([0, 10, 30, 40]);
  });

  test('a tone of the same pitch is news only when it is `newsDb` louder than it was', () => {
    const toneBy = (db: number) => (s: number) => at(s >= 45 ? -40 + db : -40, s >= 45 ? 4_250 : 4_200);
    expect(reportedAt(60, toneBy(4.9))).toEqual([0, 10, 30]);
    expect(reportedAt(60, toneBy(5))).toEqual([0, 10, 30, 45, 55]);
  });

  test('a sound whose level varies by less than `newsDb` is reported at the same times as a steady one', () => {
    const cricket = (s: number) => at(-40 + 2 * Math.sin(s));
    expect(reportedAt(140, cricket)).toEqual(reportedAt(140, () => SURE));
  });

  test('after the end of the event the next sound waits no longer than at first', () => {
    const event = open(rules);
    for (const s of [0, 10, 30]) event.report(s, SURE);
    event.close();
    expect(event.report(45, SURE)).toBe('first');
  });

  test('a surer sound is reported at once; how sure the reports of the previous event were does not count', () => {
    const event = open(rules);
    event.report(0, { ...SURE, probability: 0.999 });
    event.close();
    for (const s of [100, 110, 130]) event.report(s, SURE);
    expect(event.report(145, SURE)).toBeNull();
    expect(event.report(145, { ...SURE, probability: 0.99 })).toBe('again');
  });

  test('a release without this rule reports every ten seconds', () => {
    const event = open({ burst: 100 });
    expect([0, 10, 20, 30, 40].map((s) => event.report(s, SURE))).not.toContain(null);
  });

  test('an event that continues with another release is reported once more, because its probabilities may have another scale', () => {
    const event = open(rules);
    for (const s of [0, 10, 30]) event.report(s, { ...SURE, probability: 0.99 });
    event.continueWith({ ...RULES, ...rules });
    expect(event.report(41, SURE)).toBe('again');
  });

  test('a report says for how long its tone has been known', () => {
    const event = open(rules);
    const known = (s: number, db = -40) => {
      const highSounds = [{ db, hz: 3_268, goesOn: true }];
      event.suspect(s, highSounds);
      event.report(s, { ...SURE, highSounds });
      return event.knownS;
    };
    expect([known(0), known(10), known(20), known(30)]).toEqual([0, 10, 10, 30]);
    expect(known(40, -35)).toBe(0);
  });

  test('without slowdown nothing is known about tones', () => {
    const event = open();
    event.report(0, SURE);
    expect(event.knownS).toBeNull();
  });

  test('an event says for how long it has been reported', () => {
    const event = open(rules);
    expect(event.openS(5)).toBe(0);
    event.report(10, SURE);
    expect(event.openS(70)).toBe(60);
    event.close();
    expect(event.openS(80)).toBe(0);
  });
});

test('the first report of a sound would come early during its first five seconds; later reports never come early', () => {
  const rate = 16_000;
  const event = new SoundEvent(RULES, rate);
  expect(event.wouldBeEarly(105 * rate - 1, 100 * rate)).toBe(true);
  expect(event.wouldBeEarly(105 * rate, 100 * rate)).toBe(false);
  event.report(101 * rate, SURE);
  expect(event.wouldBeEarly(102 * rate, 100 * rate)).toBe(false);
});
