import { describe, expect, test } from '@jest/globals';
import { DEVICE_FRONT_END } from '../features/log-mel.ts';
import { bandCentresHz } from '../features/mel-bank.ts';
import { seededRandom } from '../testing/noise.ts';
import { BandLevels } from './band-levels.ts';
import { difference } from './beep-sound.ts';
import { GroupMatcher } from './group-matcher.ts';
import { type GroupTemplate, T3, T4 } from './templates.ts';

const BAND = 12;
/**
 * Frames per step. In frames of 20 ms, T3 has beeps of 25 frames every 50, in a cycle of 200; T4 has beeps of 5 frames
 * every 10.
 */
const STEP = { t3: 50, t4: 10 };
/** How many frames of silence after its last beep belong to a group. */
const TRAIL = { t3: 14, t4: 5 };

/** The levels of a sound, and the same levels as lists of frames, so that a test can compute over any part of them. */
interface Heard {
  levels: BandLevels;
  inBand: number[];
  ofAll: number[];
}

/** A beep as [start, end] in frames, in BAND unless another band is given. */
type Beep = readonly [from: number, to: number, band?: number];

/**
 * The levels of these beeps in a room. `noise`: the range of the room's noise, `loud`: how far a beep is above the
 * noise, both in decades.
 */
function hear(frames: number, beeps: readonly Beep[], { noise = 0.3, loud = 2 } = {}): Heard {
  const levels = new BandLevels(DEVICE_FRONT_END);
  const centres = bandCentresHz(DEVICE_FRONT_END);
  const first = centres.indexOf(levels.centresHz[0] as number);
  const random = seededRandom(8);
  const [inBand, ofAll]: [number[], number[]] = [[], []];
  for (let frame = 0; frame < frames; frame++) {
    const mel = Float32Array.from(centres, () => -3 + noise * random());
    for (const [from, to, band = BAND] of beeps)
      if (frame >= from && frame < to) mel[first + band] = (mel[first + band] as number) + loud;
    levels.push(mel);
    inBand.push(levels.now[BAND] as number);
    ofAll.push(levels.now[levels.everything] as number);
  }
  return { levels, inBand, ofAll };
}

/**
 * A loud first frame. Levels are relative to a band's recent peak, so without it the room's noise would look like a
 * beep.
 */
const FIRST: Beep = [0, 1];

/** The beeps of one group of the standard. The last beep ends at `end`. */
const groupBeeps = ({ beeps }: GroupTemplate, end: number, step: number): Beep[] =>
  Array.from({ length: beeps }, (_, n): Beep => [
    Math.round(end - n * step) - Math.round(step / 2),
    Math.round(end - n * step),
  ]);

/** Pearson's correlation of the levels with a template that is 1 in the beeps and 0 elsewhere. */
function correlation(levels: readonly number[], from: number, to: number, beeps: readonly Beep[]): number {
  const part = levels.slice(from, to);
  const isOn = part.map((_, n) => Number(beeps.some(([start, end]) => n + from >= start && n + from < end)));
  const mean = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / of.length;
  const [x, y] = [part, isOn].map((of) => of.map((value) => value - mean(of))) as [number[], number[]];
  const product = (a: readonly number[], b: readonly number[]): number =>
    mean(a.map((value, n) => value * (b[n] as number)));
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

const proofOf = (fit: number, other: number): number =>
  Math.log((1 - Math.max(0, other) ** 2) / (1 - Math.min(0.98, fit) ** 2)) / 2;

describe('a match of one group of beeps', () => {
  /** The match after a group whose last beep ended at `end`, followed by a pause that is long enough. */
  function match(template: GroupTemplate, end: number, beeps: readonly Beep[]): { fit: number; step: number } & Heard {
    const heard = hear(end + TRAIL[template.pattern], [...beeps, FIRST]);
    const matcher = new GroupMatcher(template, heard.levels);
    matcher.match(end);
    return { ...heard, fit: matcher.fits[BAND] as number, step: matcher.steps[BAND] as number };
  }

  test.each([0.88, 0.92, 0.96, 1, 1.04, 1.08, 1.12])('is found when its step is %d times that of T3', (pace) => {
    const { fit, step } = match(T3, 300, groupBeeps(T3, 300, 50 * pace));
    expect(fit).toBeGreaterThan(0.95);
    expect(step).toBeCloseTo(50 * pace);
  });

  test.each([
    ['T3', T3],
    ['T4', T4],
  ] as const)(
    'of %s: its fit is the correlation with the group and half a step of silence before it',
    (_, template) => {
      const step = STEP[template.pattern];
      const beeps = groupBeeps(template, 300, step);
      const { fit, inBand } = match(template, 300, beeps);
      const from = (beeps.at(-1) as Beep)[0] - step / 2;
      expect(fit).toBeCloseTo(correlation(inBand, from, 300 + TRAIL[template.pattern], beeps), 9);
    },
  );

  test('needs silence after the last beep: a quarter of a second for T3, four fifths of a gap for T4, plus one frame', () => {
    for (const template of [T3, T4])
      expect(new GroupMatcher(template, hear(1, []).levels).trail).toBe(TRAIL[template.pattern]);
  });

  test('of T3 is found as soon as the silence before its first beep is known; the fastest tempo is tried first', () => {
    const found = (end: number, step: number): number => match(T3, end, groupBeeps(T3, end, step)).step;
    // The beeps have 22 frames every 44, or 25 every 50; half a standard step of silence comes before the first one.
    expect(match(T3, 134, groupBeeps(T3, 134, 44)).fit).toBe(0);
    expect(found(135, 44)).toBeCloseTo(44);
    expect(found(149, 50)).toBeLessThan(50);
    expect(found(150, 50)).toBeCloseTo(50);
  });
});

describe('a pair of groups of beeps', () => {
  // The cycle has 216 frames; the standard has 200 and allows 10 % more. In a cycle of 200 frames four beeps fill the
  // cycle, so a fourth beep would look like beeps without a pause.
  const [BEFORE, AFTER] = [200, 416];

  /** Matches the levels of these beeps with two groups of T3 that end at frames 200 and 416. */
  function pair(beeps: readonly Beep[], step = 50): { fit: number; proof: number; inBand: number[] } {
    const { levels, inBand } = hear(AFTER + TRAIL.t3, [FIRST, ...beeps]);
    const match = new GroupMatcher(T3, levels).pair({ end: BEFORE, step }, { band: BAND, end: AFTER, step, fit: 1 });
    return { ...match, inBand };
  }
  const BOTH = [...groupBeeps(T3, BEFORE, 50), ...groupBeeps(T3, AFTER, 50)];
  const FROM = BEFORE - 125;
  const TO = AFTER + TRAIL.t3;
  const fitOf = (inBand: readonly number[], beeps: readonly Beep[]): number => correlation(inBand, FROM, TO, beeps);
  /** These beeps of the first group, and the corresponding beeps of the second group. */
  const twice = (beeps: readonly Beep[]): Beep[] =>
    beeps.flatMap(([from, to]): Beep[] => [
      [from, to],
      [from + 216, to + 216],
    ]);
  const without = (beeps: readonly Beep[]): Beep[] =>
    BOTH.filter(([from]) => !twice(beeps).some(([start]) => start === from));

  test("has a fit: the correlation of the levels with the groups' beeps, from the first beep on", () => {
    const { fit, inBand } = pair(BOTH);
    expect(fit).toBeGreaterThan(0.95);
    expect(fit).toBeCloseTo(fitOf(inBand, BOTH), 9);
  });

  /** The other rhythms with which T3 is compared. */
  const others: Record<string, Beep[]> = {
    'beeps that continue through the pause': Array.from({ length: 7 }, (_, n): Beep => [
      AFTER - 54 * n - 27,
      AFTER - 54 * n,
    ]),
    'two groups without their last beep': without([[175, 200]]),
    'two groups without their middle beep': without([[125, 150]]),
    'two groups without their first beep': without([[75, 100]]),
    'two groups with a fourth beep': [...BOTH, ...twice([[25, 50]])],
    'two groups with a filled last gap': [...BOTH, ...twice([[150, 175]])],
    'two groups with a filled first gap': [...BOTH, ...twice([[100, 125]])],
  };

  test.each(Object.keys(others))(
    'has a negative proof for %s, because that rhythm explains the sound better than T3',
    (name) => {
      const other = others[name] as Beep[];
      const { fit, proof, inBand } = pair(other);
      expect(fit).toBeGreaterThan(0.5);
      expect(proof).toBeLessThan(-0.2);
      const best = Math.max(...Object.values(others).map((beeps) => fitOf(inBand, beeps)));
      expect(fitOf(inBand, other)).toBe(best);
      expect(proof).toBeCloseTo(Math.log((1 - Math.min(0.98, best) ** 2) / (1 - fit ** 2)) / 2, 9);
    },
  );

  test('of T3 has a proof that says how much better T3 explains the levels than the best other rhythm', () => {
    const { fit, proof, inBand } = pair(BOTH);
    expect(proof).toBeGreaterThan(0.5);
    const best = Math.max(...Object.values(others).map((beeps) => fitOf(inBand, beeps)));
    expect(proof).toBeCloseTo(proofOf(fit, best), 9);
  });

  test('is not compared with groups whose first beep is longer', () => {
    const { fit, proof, inBand } = pair([...BOTH, ...twice([[50, 75]])]);
    const best = Math.max(...Object.values(others).map((beeps) => fitOf(inBand, beeps)));
    expect(proof).toBeCloseTo(proofOf(fit, best), 9);
  });

  test('of T4 is compared with beeps that continue through the pause, but not with filled gaps, because echoes fill gaps too', () => {
    const [before, after, step] = [100, 390, 10];
    const beeps = [...groupBeeps(T4, before, step), ...groupBeeps(T4, after, step)];
    const { levels, inBand } = hear(after + TRAIL.t4, beeps);
    const { fit, proof } = new GroupMatcher(T4, levels).pair(
      { end: before, step },
      { band: BAND, end: after, step, fit: 1 },
    );
    const goesOn = Array.from({ length: 33 }, (_, n): Beep => [after - n * step - 5, after - n * step]);
    expect(proof).toBeCloseTo(proofOf(fit, correlation(inBand, before - 35, after + TRAIL.t4, goesOn)), 9);
  });

  test('is compared with unbroken beeps, with a step that fits a whole number of times between the groups', () => {
    const [before, after, step] = [100, 393, 10];
    const beeps = [...groupBeeps(T4, before, step), ...groupBeeps(T4, after, step)];
    const { levels, inBand } = hear(after + TRAIL.t4, beeps);
    const { fit, proof } = new GroupMatcher(T4, levels).pair(
      { end: before, step },
      { band: BAND, end: after, step, fit: 1 },
    );
    // 29 beeps of 10.1 frames fit into 293 frames.
    const goesOn = Array.from({ length: 33 }, (_, n) => Math.round(after - (n * 293) / 29)).map((end): Beep => [
      Math.max(before - 35, end - 5),
      end,
    ]);
    expect(proof).toBeCloseTo(proofOf(fit, correlation(inBand, before - 35, after + TRAIL.t4, goesOn)), 9);
  });

  test('has no fit when its first beep is older than the kept levels', () => {
    const frames = 1_100;
    const knownFrom = frames - 1_023;
    const end = frames - TRAIL.t3;
    const pairOf = (before: number): { fit: number; proof: number } => {
      const { levels } = hear(frames, [...groupBeeps(T3, before, 50), ...groupBeeps(T3, end, 50)], { loud: 6 });
      expect(levels.knownFrom).toBe(knownFrom);
      return new GroupMatcher(T3, levels).pair({ end: before, step: 50 }, { band: BAND, end, step: 50, fit: 1 });
    };
    expect(pairOf(knownFrom + 125).fit).toBeGreaterThan(0.5);
    for (const before of [124, 100, 75]) expect(pairOf(knownFrom + before)).toEqual({ fit: 0, proof: 0 });
  });

  test('has no fit where the level is constant', () => {
    const { levels } = hear(AFTER + TRAIL.t3, [], { noise: 0 });
    const after = { band: BAND, end: AFTER, step: 50, fit: 1 };
    expect(new GroupMatcher(T3, levels).pair({ end: BEFORE, step: 50 }, after)).toEqual({ fit: 0, proof: 0 });
  });
});

describe('alone(), the measure of how little other sounds disturb the groups', () => {
  const beeps = [...groupBeeps(T3, 200, 50), ...groupBeeps(T3, 400, 50)];
  const groups = [200, 400].map((end) => ({ end, step: 50 }));

  test("is the correlation of the loudest band with the groups' beeps, from the given frame to the silence after the last beep", () => {
    const { levels, ofAll } = hear(420, [...beeps, [230, 260, BAND + 5], [415, 418, BAND + 5]]);
    const alone = new GroupMatcher(T3, levels).alone(groups, 75);
    expect(alone).toBeLessThan(0.9);
    expect(alone).toBeCloseTo(correlation(ofAll, 75, 414, beeps), 9);
  });

  test('ignores sound that is older than the kept levels', () => {
    const later = beeps.map(([from, to]): Beep => [from + 900, to + 900]);
    const { levels, ofAll } = hear(1_314, [[250, 280], ...later], { noise: 0.01 });
    const alone = new GroupMatcher(T3, levels).alone(
      groups.map(({ end, step }) => ({ end: end + 900, step })),
      200,
    );
    expect(alone).toBeCloseTo(correlation(ofAll, levels.knownFrom, 1_314, later), 9);
  });

  test('is 0 when a loud sound fills the pause between the groups', () => {
    const { levels } = hear(420, [
      [100, 125, BAND],
      [150, 175, BAND],
      [200, 400, BAND],
    ]);
    expect(new GroupMatcher(T3, levels).alone(groups, 75)).toBe(0);
  });

  test('is 0 when no beep of the groups lies in the compared time', () => {
    const { levels } = hear(420, [...beeps, [205, 210]]);
    expect(new GroupMatcher(T3, levels).alone([{ end: 200, step: 50 }], 200)).toBe(0);
  });
});

describe('a pair whose pause is longer than the kept levels', () => {
  const matcher = new GroupMatcher(T4, hear(1, []).levels);
  const distant = (before: number, after: number, other: number) =>
    matcher.distantPair(
      { band: BAND, end: 100, step: 10, fit: before },
      { band: BAND, end: 3_100, step: 10, fit: after },
      other,
    );

  test('has the fit of the worse of its two groups', () => {
    expect(distant(0.9, 0.6, 0).fit).toBe(0.6);
    expect(distant(0.7, 0.8, 0).fit).toBe(0.7);
  });

  test('has a proof: half the logarithm of how much better it explains the levels than the best group between them', () => {
    expect(distant(0.9, 0.9, 0.5).proof).toBeCloseTo(Math.log((1 - 0.5 ** 2) / (1 - 0.9 ** 2)) / 2);
    expect(distant(0.8, 0.8, 0.8).proof).toBe(0);
    expect(distant(0.7, 0.7, 0.8).proof).toBeLessThan(0);
  });

  test('has at most the proof of a fit of 0.98, because recorded alarms do not fit better', () => {
    expect(distant(1, 1, 0.5)).toEqual({ fit: 1, proof: distant(0.98, 0.98, 0.5).proof });
  });
});

describe('the sound of a group', () => {
  const END = 200;
  /** A loud frame in all bands shortly before the group, so that the room's noise counts as silence in every band. */
  const LOUD_BEFORE = Array.from({ length: DEVICE_FRONT_END.melBands }, (_, band): Beep => [130, 131, band]);
  const soundOf = (beeps: readonly Beep[]) =>
    new GroupMatcher(T4, hear(END + 40, beeps).levels).soundOf({ band: BAND, end: END, step: STEP.t4, fit: 1 })!;
  const beepsIn = (...bands: number[]) =>
    bands.flatMap((band) => groupBeeps(T4, END, STEP.t4).map(([from, to]): Beep => [from, to, band]));

  test('does not differ when the beeps have the same pitches, differs when one pitch of two is another, and wholly otherwise', () => {
    const sound = soundOf([...LOUD_BEFORE, ...beepsIn(BAND, 20)]);
    const differenceTo = (...bands: number[]) => difference(sound, soundOf([...LOUD_BEFORE, ...beepsIn(...bands)]));
    expect(differenceTo(BAND, 20)).toBeLessThan(0.02);
    expect(differenceTo(BAND, 25)).toBeGreaterThan(0.3);
    expect(differenceTo(BAND, 25)).toBeLessThan(0.7);
    expect(differenceTo(5, 25)).toBe(1);
  });

  test('is faint when something at its pitch was louder in the last seconds', () => {
    const louder: Beep[] = [
      [130, 135],
      [130, 135],
    ];
    expect(soundOf([FIRST, ...beepsIn(BAND)]).faint).toBeLessThan(0.1);
    expect(soundOf([FIRST, ...louder, ...beepsIn(BAND)]).faint).toBeGreaterThan(0.8);
  });

  test('has filled gaps when one gap between its beeps is not silent at its pitch; a sound at another pitch does not count', () => {
    const [, , third, last] = groupBeeps(T4, END, STEP.t4).sort(([one], [other]) => one - other) as [
      Beep,
      Beep,
      Beep,
      Beep,
    ];
    expect(soundOf([...LOUD_BEFORE, ...beepsIn(BAND)]).filled).toBeLessThan(0.15);
    expect(soundOf([...LOUD_BEFORE, ...beepsIn(BAND), [third[1], last[0]]]).filled).toBeGreaterThan(0.8);
    expect(soundOf([...LOUD_BEFORE, ...beepsIn(BAND), [third[1], last[0], 25]]).filled).toBeLessThan(0.15);
  });

  test('is not measured for T3', () => {
    const { levels } = hear(END + 40, [FIRST, ...groupBeeps(T3, END, STEP.t3)]);
    expect(new GroupMatcher(T3, levels).soundOf({ band: BAND, end: END, step: STEP.t3, fit: 1 })).toBeNull();
  });

  test('that has no sound in any band differs from every other', () => {
    const silent = { levels: new Float64Array(4), faint: 1, filled: 0 };
    expect(difference(silent, silent)).toBe(1);
    expect(difference(silent, { ...silent, levels: Float64Array.of(0, 1, 0, 0) })).toBe(1);
  });
});
