import { describe, expect, test } from '@jest/globals';
import { DEVICE_FRONT_END } from '../features/log-mel.ts';
import { type BeepTimes, groupsOf, t3, t4 } from '../testing/beeping.ts';
import { seededRandom } from '../testing/noise.ts';
import { BandLevels } from './band-levels.ts';
import { type ChainedGroup, GroupChains, NO_PAIR } from './group-chains.ts';
import { type GroupTemplate, T3, T4 } from './templates.ts';

const FRAME_S = 0.02;
const BAND = 12;
const BEEP = 0;
/** The level of a beep in the bands next to its own band, in decades. */
const NEXT = -0.5;
const SILENCE = -4;

/** The index of the mel band that is the first narrow band. */
const FIRST_MEL = (() => {
  const levels = new BandLevels(DEVICE_FRONT_END);
  const silence = new Float32Array(DEVICE_FRONT_END.melBands).fill(SILENCE);
  for (let mel = 0; ; mel++) {
    const loud = silence.slice();
    loud[mel] = BEEP;
    levels.push(silence.map(() => BEEP));
    levels.push(loud);
    if ((levels.now[0] as number) > 1) return mel;
  }
})();

interface Sound {
  times: BeepTimes;
  band?: number;
}

interface Listening {
  /** How many seconds the room is quiet after the last beep. */
  tailS?: number;
  /** The times, in seconds, between which the front end skips frames, as it does in a quiet room. */
  asleepS?: readonly (readonly [from: number, to: number])[];
  /** The level of the quiet room, in decades. */
  silence?: number;
  /** Called after each frame. */
  onFrame?: (chains: GroupChains, frame: number) => void;
}

/**
 * One log-mel frame of a quiet room in which these beeps sound. Each beep is in one narrow band and, weaker, in the two
 * bands next to it.
 */
function melAt(atS: number, sounds: readonly Sound[], silence: number, random: () => number): Float32Array {
  const mel = Float32Array.from({ length: DEVICE_FRONT_END.melBands }, () => silence + 0.2 * random());
  for (const { times, band = BAND } of sounds)
    if (times.some(([startS, beepS]) => atS >= startS && atS < startS + beepS))
      [NEXT, BEEP, NEXT].forEach((decades, n) => {
        const at = FIRST_MEL + band + n - 1;
        mel[at] = Math.max(decades, mel[at] as number);
      });
  return mel;
}

/** The chains that a later group could still continue at the end of the sounds. */
function hear(
  template: GroupTemplate,
  sounds: readonly Sound[],
  { tailS = 0.5, asleepS = [], silence = SILENCE, onFrame }: Listening = {},
): readonly ChainedGroup[] {
  const levels = new BandLevels(DEVICE_FRONT_END);
  const chains = new GroupChains(template, levels);
  const random = seededRandom(5);
  const lengthS = Math.max(...sounds.flatMap(({ times }) => times).map(([startS, beepS]) => startS + beepS)) + tailS;
  while (levels.frames < lengthS / FRAME_S) {
    const atS = (levels.frames + 0.5) * FRAME_S;
    for (const [fromS, toS] of asleepS) if (atS > fromS && atS < toS) levels.sleep(Math.round((toS - fromS) / FRAME_S));
    levels.push(melAt((levels.frames + 0.5) * FRAME_S, sounds, silence, random));
    chains.advance();
    onFrame?.(chains, levels.frames);
  }
  return chains.current();
}

const longest = (chains: readonly ChainedGroup[], band = BAND): ChainedGroup | undefined =>
  chains.filter((chain) => chain.band === band).sort((a, b) => b.groups - a.groups || b.pairs.proof - a.pairs.proof)[0];
const at = (startS: number, times: BeepTimes): BeepTimes => times.map(([s, beepS]) => [s + startS, beepS]);

describe('a chain of T3 or T4 groups of beeps', () => {
  test.each([
    ['T3', T3, t3(3), { step: 50, cycle: 200, end: 560, since: 35 }],
    ['T4', T4, t4(3), { step: 10, cycle: 290, end: 650, since: 35 }],
  ] as const)(
    'of %s has the right number of groups, step, cycle, start and end',
    (_, template, times, { step, cycle, end, since }) => {
      const chain = longest(hear(template, [{ times }]));
      expect(chain?.groups).toBe(3);
      expect(Math.abs(chain!.step - step)).toBeLessThan(0.05 * step);
      expect(Math.abs(chain!.cycle! - cycle)).toBeLessThanOrEqual(1);
      expect(Math.abs(chain!.end - end)).toBeLessThanOrEqual(1);
      expect(Math.abs(chain!.since - since)).toBeLessThan(0.6 * step);
    },
  );

  test('has the highest fit and proof, and is alone, in a quiet room', () => {
    const chain = longest(hear(T3, [{ times: t3(3) }]));
    expect(chain?.pairs.fit).toBeGreaterThan(0.95);
    expect(chain?.pairs.proof).toBeGreaterThan(0.8);
    expect(chain?.pairs.alone).toBeGreaterThan(0.95);
  });

  test('neither differs nor is faint nor has filled gaps when its groups have one sound; a second pitch of one group makes it differ, which later groups outweigh', () => {
    const one = longest(hear(T4, [{ times: t4(2) }]))!.pairs;
    const second = [{ times: t4(1), band: BAND + 12 }];
    const other = longest(hear(T4, [{ times: t4(2) }, ...second]))!.pairs;
    const later = longest(hear(T4, [{ times: t4(4) }, ...second]))!.pairs;
    expect(one.faint).toBeLessThan(0.1);
    expect(one.filled).toBeLessThan(0.2);
    expect(other.differ).toBeGreaterThan(one.differ + 0.1);
    expect(later.differ).toBeLessThan(other.differ - 0.1);
  });

  test('needs a second group: one group has no fit, proof or cycle', () => {
    expect(longest(hear(T3, [{ times: t3(1) }]))).toMatchObject({
      groups: 1,
      pairs: NO_PAIR,
      cycle: null,
    });
  });

  test.each([
    [1, 2],
    [2, 2],
    [3, 2],
    [4, 1],
  ])('of T3 continues when the next group comes %i cycles later: %i groups are counted', (cycles, groups) => {
    // The room is so quiet that its noise does not count as sound during a pause of 16 s.
    const chain = longest(hear(T3, [{ times: [...t3(1), ...at(4 * cycles, t3(1))] }], { silence: -8 }));
    expect(chain?.groups).toBe(groups);
    if (groups > 1) expect(Math.abs(chain!.cycle! - 200)).toBeLessThanOrEqual(1);
  });

  test('counts all its groups, also after more than a minute', () => {
    expect(longest(hear(T4, [{ times: t4(14) }]))?.groups).toBe(14);
  });

  test.each([
    [3, false],
    [3.55, true],
    [4.45, true],
    [5, false],
  ])('of T3 may have a cycle that is 10 %% off: a cycle of %d s is clearly T3: %s', (cycleS, isClear) => {
    const chain = longest(hear(T3, [{ times: [...t3(1), ...at(cycleS, t3(1))] }]));
    expect((chain?.pairs.fit ?? 0) > 0.85).toBe(isClear);
  });

  test.each([
    [53, 1],
    [56, 2],
    [60, 2],
    [65, 2],
    [67, 1],
  ])('of T4 continues when the next group comes %d s later: %i groups are counted', (cycleS, groups) => {
    expect(longest(hear(T4, [{ times: [...t4(1), ...at(cycleS, t4(1))] }]))?.groups).toBe(groups);
  });

  test('of T4 groups a minute apart continues after a sound that resembles T4 less came between two of its groups', () => {
    const times = [0, 60, 120].flatMap((startS) => at(startS, t4(1)));
    const between = { times: at(85, [...t4(1), [1.25, 0.06]]), band: BAND + 10 };
    const asleepS = [[5, 54], [65, 80], [92, 114]] as const; // prettier-ignore
    expect(longest(hear(T4, [{ times }, between], { asleepS }))?.groups).toBe(3);
  });

  test('of T4 does not join groups two minutes apart', () => {
    expect(longest(hear(T4, [{ times: [...t4(1), ...at(120, t4(1))] }]))?.groups).toBe(1);
  });

  test.each([
    [1, 2],
    [2, 1],
  ])('with a next group whose pitch is %i bands higher: %i groups are counted', (higher, groups) => {
    const chains = hear(T3, [{ times: t3(1) }, { times: at(4, t3(1)), band: BAND + higher }]);
    expect(longest(chains, BAND + higher)?.groups).toBe(groups);
  });

  test.each([
    [2, 2],
    [3, 1],
    [10, 1],
  ])(
    'of T4 with a next group a minute later needs a common band: %i bands higher: %i groups are counted',
    (higher, groups) => {
      const times = [{ times: t4(1) }, { times: at(60, t4(1)), band: BAND + higher }];
      expect(longest(hear(T4, times), BAND + higher)?.groups).toBe(groups);
    },
  );

  test('does not join the highest narrow band with the lowest wide band, in either order, although their indices are neighbours', () => {
    const { narrowBands } = new BandLevels(DEVICE_FRONT_END);
    // A beep in narrow band 2 is also in the lowest wide band.
    const [wide, narrow] = [2, narrowBands - 1];
    const second = (first: number, then: number) =>
      hear(T4, [
        { times: t4(1), band: first },
        { times: at(60, t4(1)), band: then },
      ]);
    expect(second(narrow, wide).find(({ band }) => band === narrowBands)?.groups).toBe(1);
    expect(second(wide, narrow).find(({ band }) => band === narrow)?.groups).toBe(1);
  });

  test('is continued by a new group in preference to a shorter chain, even if the shorter chain fits better', () => {
    const spoiled: BeepTimes = [
      [0.7, 0.42],
      [1.7, 0.5],
      [2.7, 0.5],
    ];
    const first = { times: [...spoiled, ...at(4, t3(1))], band: BAND - 1 };
    const other = { times: at(4.2, t3(1)), band: BAND + 2 };
    const third = { times: at(8, t3(1)) };
    // The third group can continue both chains in the band next to its own.
    expect(longest(hear(T3, [first, other, third]), BAND + 1)?.groups).toBe(3);
  });

  test('gets a group at each peak of the fit, and none where the fit is better one or two frames later', () => {
    const fits: number[] = [];
    const found = new Set<number>();
    const random = seededRandom(3);
    // The ends of the beeps are blurred, so that the fit rises and falls more than once.
    const times = t3(40).flatMap(([startS, beepS]): [number, number][] =>
      Array.from({ length: Math.round(beepS / FRAME_S) + 8 }, (_, n): [number, number] => [
        startS + (n - 4) * FRAME_S,
        FRAME_S,
      ]).filter((_, n, all) => (n >= 8 && n < all.length - 8) || random() < 0.5),
    );
    hear(T3, [{ times }], {
      onFrame: (chains, frame) => {
        fits[frame - chains.matcher.trail] = chains.matcher.fits[BAND] as number;
        for (const { band, end } of chains.current()) if (band === BAND) found.add(end);
      },
    });
    const fitAt = (end: number): number => fits[end] ?? 0;
    const peaks = fits.flatMap((fit, end) =>
      fit > 0 && [1, 2].every((n) => fit >= fitAt(end - n) && fit > fitAt(end + n)) ? [end] : [],
    );
    expect(peaks.length).toBeGreaterThan(40);
    expect(peaks.filter((end) => !found.has(end))).toEqual([]);
    expect([...found].filter((end) => [1, 2].some((n) => fitAt(end + n) >= fitAt(end)))).toEqual([]);
  });

  test('can be continued by a group that comes up to 10 % later than one cycle', () => {
    expect(longest(hear(T3, [{ times: t3(2) }], { tailS: 4.3 }))?.groups).toBe(2);
    expect(longest(hear(T3, [{ times: t3(2) }], { tailS: 4.9 }))).toBeUndefined();
  });
});

describe("sounds other than the alarm's groups of beeps", () => {
  const ALARM = { times: t3(2) };

  test('at another pitch in the pause make the alarm count as less alone, but do not lower its fit', () => {
    const notes = { times: [3.6, 4.2].map((startS): [number, number] => [startS, 0.4]), band: BAND + 10 };
    const [quiet, melody] = [hear(T3, [ALARM]), hear(T3, [ALARM, notes])].map((chains) => longest(chains));
    expect(melody?.pairs.fit).toBeCloseTo(quiet!.pairs.fit);
    expect(melody?.pairs.alone).toBeLessThan(0.8 * quiet!.pairs.alone);
  });

  test('that are beeps of the same pitch and fill the pauses are not taken for an alarm', () => {
    const beeps = { times: groupsOf(7, 0.5, 1, 0, 1) };
    expect(longest(hear(T3, [beeps]))?.groups ?? 0).toBeLessThan(2);
  });

  test('before the first beep do not make the alarm count as less alone', () => {
    const notes = { times: [[0.05, 0.4] as const], band: BAND + 10 };
    expect(longest(hear(T3, [ALARM, notes]))?.pairs.alone).toBeGreaterThan(0.95);
  });

  test('do not matter more than 5 s before a group of T4 that comes once a minute', () => {
    const times = [...t4(1), ...at(60, t4(1))];
    const alone = (startS: number) => {
      const note = { times: [[startS, 1] as const], band: BAND + 10 };
      return longest(hear(T4, [{ times }, note], { asleepS: [[4, 54.5]] }))?.pairs.alone;
    };
    expect(alone(54.7)).toBeGreaterThan(0.9);
    expect(alone(57)).toBeLessThan(0.6);
  });

  test('that resemble T4, at any pitch, make two T4 groups a minute apart count as coincidence', () => {
    const times = [...t4(1), ...at(60, t4(1))];
    expect(longest(hear(T4, [{ times }, { times: at(30, t4(1)), band: BAND + 10 }]))?.groups).toBe(1);
    // A sound that resembles T4 less only lowers the proof.
    const worse = { times: at(30, [...t4(1), [1.25, 0.06]]), band: BAND + 10 };
    expect(longest(hear(T4, [{ times }, worse]))?.groups).toBe(2);
  });

  test('after an alarm soon outweigh its groups, because the newest pair of groups counts half', () => {
    const clean = longest(hear(T3, [{ times: t3(4) }]));
    const notes = { times: [11.6, 12.2].map((startS): [number, number] => [startS, 0.4]), band: BAND + 10 };
    const disturbed = longest(hear(T3, [{ times: t3(4) }, notes]));
    const alone = longest(hear(T3, [{ times: t3(2) }, { ...notes, times: at(-8, notes.times) }]))?.pairs.alone;
    expect(disturbed?.pairs.alone).toBeCloseTo((clean!.pairs.alone + alone!) / 2, 1);
  });
});

describe('two cycles of a rhythm that is nearly T3', () => {
  const strokes = (beeps: BeepTimes): BeepTimes => [0, 4].flatMap((cycleS) => at(0.7 + cycleS, beeps));
  const proof = (beeps: BeepTimes) => longest(hear(T3, [{ times: strokes(beeps) }]))?.pairs.proof ?? 0;
  const EXACT: BeepTimes = [[0, 0.5], [1, 0.5], [2, 0.5]]; // prettier-ignore

  test.each<[string, BeepTimes]>([
    ['two beeps', [[1, 0.5], [2, 0.5]]],
    ['four beeps', [[-1, 0.5], ...EXACT]],
    ['a filled first gap', [[0, 1.5], [2, 0.5]]],
    ['a filled second gap', [[0, 0.5], [1, 1.5]]],
    ['no middle beep', [[0, 0.5], [2, 0.5]]],
  ])('with %s have a low proof', (_, beeps) => {
    expect(proof(EXACT)).toBeGreaterThan(0.8);
    expect(proof(beeps)).toBeLessThan(0.25);
  }); // prettier-ignore
});
