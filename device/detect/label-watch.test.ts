import { describe, expect, test } from '@jest/globals';
import {
  NO_CADENCE,
  NO_RHYTHM,
  PATTERNS,
  type Pattern,
  type Rhythm,
  type Rhythms,
} from '@earshot/shared/cadence/rhythm-reader.ts';
import type { LabelDecision } from '@earshot/shared/contracts/release.ts';
import { LabelDecider } from './decision.ts';
import type { CandidateDetection, Detection } from './detection.ts';
import type { SilencedSounds } from './detector-settings.ts';
import { type Evaluation, LabelWatch } from './label-watch.ts';
import { SoundEvent } from './sound-event.ts';

/** One sample a second, so that samples are seconds. */
const RATE = 1;
const NAMES = ['score', 'rhythm_t3', 'rhythm_t4'];
const RULES: LabelDecision = {
  bias: -4,
  weights: { score: 8, rhythm_t3: 5 },
  floor: 0.2,
  refractoryS: 10,
  holdS: 15,
  burst: 100,
  refillS: 60,
};
const EMBEDDING = { values: Float32Array.of(1), by: 'a'.repeat(64) };

/** A rhythm that began at sample 70. */
const beeps = (pattern: Pattern, fit: number, change: Partial<Rhythm> = {}): Rhythm => ({
  ...NO_RHYTHM,
  cadence: { pattern, toneHz: 3_100, onS: 0.5, offS: 0.5, periodS: 4, beeps: 6, groups: 2, fit },
  sinceSample: 70,
  groups: 2,
  ...change,
});
const rhythmsOf = (some: Partial<Rhythms> = {}): Rhythms => ({
  ...(Object.fromEntries(PATTERNS.map((pattern) => [pattern, NO_RHYTHM])) as Rhythms),
  ...some,
});

interface Sound {
  /** The score of the head: 1 gives a probability of 98 %, 0.5 one of 50 %. */
  score?: number;
  /** The evidence for the rhythm T3. */
  rhythm?: number;
  /** The evidence for the rhythm T4, which has no weight for this label. */
  other?: number;
  rhythms?: Partial<Rhythms>;
}

const sound = (atSample: number, { score = 1, rhythm = 0, other = 0, rhythms }: Sound = {}): Evaluation => ({
  evidence: Float64Array.of(score, rhythm, other),
  rhythms: rhythmsOf(rhythms),
  atSample,
  nowSample: atSample,
  levelDbfs: -31.4,
  highSounds: [{ db: -40, hz: null, goesOn: false }],
  scores: () => ({ glass_break: 0.1, smoke_alarm: 0.2 }),
  beganSample: 80,
  soundsNow: true,
  isCutOff: false,
  embedding: () => EMBEDDING,
});

/** Beeps that began at sample 70, and the evidence for them. */
const steadyBeeps = {
  rhythms: rhythmsOf({ steady: beeps('steady', 0.9, { proof: 0.9, groups: 0 }) }),
  evidence: Float64Array.of(1, 0, 0, 0.9),
};

function watch({
  rules = RULES,
  names = NAMES,
  threshold = 0.6,
  isOn = true,
  sounds = null as SilencedSounds | null,
} = {}) {
  const silenced = sounds && { sounds, forSamples: 4 };
  const setting = { threshold, level: 'medium' as const, isOn, silenced };
  const one = new LabelWatch('smoke_alarm', new LabelDecider(rules, names), new SoundEvent(rules, RATE), setting);
  let events = 0;
  return {
    watch: one,
    hear(evaluation: Evaluation): Detection[] {
      const out: Detection[] = [];
      one.evaluate(evaluation, () => ++events, out);
      return out;
    },
    follow(atSample: number): Detection[] {
      const out: Detection[] = [];
      one.follow(atSample, 10, out);
      return out;
    },
  };
}

describe('a sound whose probability reaches the threshold', () => {
  test('is a candidate with its times, its reasons and what was measured', () => {
    const { hear, watch: one } = watch();
    expect(hear(sound(100))).toEqual([
      {
        type: 'candidate',
        label: 'smoke_alarm',
        score: one.probability,
        level: 'medium',
        why: {
          text: 'taken for smoke alarm (98 % sure)',
          cadence: NO_CADENCE,
          scores: { glass_break: 0.1, smoke_alarm: one.probability },
          levelDbfs: -31.4,
          reasons: [{ evidence: 'score', value: 1, share: 1 }],
          heard: null,
          evidence: { score: 1, rhythm_t3: 0, open_s: 0, early: 0 },
        },
        startSample: 80,
        detectedSample: 100,
        eventId: 1,
        again: false,
        embedding: EMBEDDING,
      },
    ]);
    expect(one.probability).toBeCloseTo(1 / (1 + Math.exp(-4)));
  });

  test('is reported again with the same event and the time since its first report', () => {
    const { hear } = watch();
    hear(sound(100));
    expect(hear(sound(109))).toEqual([]);
    expect(hear(sound(110))).toMatchObject([{ eventId: 1, again: true, why: { evidence: { open_s: 10 } } }]);
  });

  test('goes on while its probability is at the floor', () => {
    const { hear, watch: one } = watch({ rules: { ...RULES, floor: 0.5 } });
    hear(sound(100));
    hear(sound(112, { score: 0.5 }));
    expect(one.sounding?.heardSample).toBe(112);
  });

  test('is reported at exactly the threshold, too', () => {
    expect(watch({ threshold: 0.5 }).hear(sound(100, { score: 0.5 }))).toHaveLength(1);
  });

  test('is never said to be more than 99 % sure', () => {
    expect(watch().hear(sound(100, { score: 5 }))).toMatchObject([
      { why: { text: 'taken for smoke alarm (99 % sure)' } },
    ]);
  });
});

describe('nothing is reported', () => {
  test('below the threshold, but the event of a sound above the floor goes on', () => {
    const { hear, follow, watch: one } = watch();
    hear(sound(100));
    // The probability is 0.5, then 0.02.
    expect(hear(sound(112, { score: 0.5 }))).toEqual([]);
    hear(sound(120, { score: 0 }));
    expect(one.sounding).toEqual({ label: 'smoke_alarm', eventId: 1, heardSample: 112 });
    expect(follow(126)).toEqual([{ type: 'heard', label: 'smoke_alarm', eventId: 1, atSample: 112 }]);
    expect(follow(127)).toEqual([{ type: 'ended', label: 'smoke_alarm', eventId: 1, atSample: 112 }]);
    expect(one.sounding).toBeNull();
  });

  test('when the evidence is not a number', () => {
    expect(watch().hear(sound(100, { score: NaN }))).toEqual([]);
  });

  test('while the label is off; its event ends', () => {
    const { hear, follow, watch: one } = watch();
    hear(sound(100));
    one.isOn = false;
    expect(hear(sound(110))).toEqual([]);
    expect(one.probability).toBe(0);
    expect(follow(115)).toEqual([{ type: 'ended', label: 'smoke_alarm', eventId: 1, atSample: 100 }]);
    expect(watch({ isOn: false, threshold: 0 }).hear(sound(100))).toEqual([]);
  });
});

describe('the explanation', () => {
  const t3 = beeps('t3', 0.5);
  const T3_WORDS = 'three beeps';

  test('names the rhythm that has a weight for the label, and the sound starts with its first beep', () => {
    const [found] = watch().hear(sound(100, { rhythm: 1, other: 3, rhythms: { t3, t4: beeps('t4', 1) } }));
    expect(found).toMatchObject({ startSample: 70, why: { cadence: t3.cadence } });
    expect((found as { why: { text: string } }).why.text).toContain(T3_WORDS);
  });

  test('does not name the rhythm of the first group while no second one has followed, but the sound starts with it', () => {
    const [found] = watch().hear(sound(100, { rhythms: { t3 } }));
    const text = 'taken for smoke alarm (98 % sure)';
    expect(found).toMatchObject({ startSample: 70, why: { cadence: t3.cadence, text } });
  });

  test('does not name a rhythm that has less than a tenth of the support', () => {
    const textAt = (rhythm: number) => watch().hear(sound(100, { rhythm, rhythms: { t3 } }))[0];
    // The score supports the label with 8, the rhythm with five times its value.
    expect(textAt(0.17)).toMatchObject({ why: { text: 'taken for smoke alarm (99 % sure)', cadence: t3.cadence } });
    expect(textAt(0.18)).toMatchObject({ why: { text: expect.stringContaining(T3_WORDS) } });
  });

  test('without a rhythm describes the sound since its beginning', () => {
    const heard = { isTone: true, lowHz: 3_090, highHz: 3_110, isSudden: false, isBroken: true };
    const began: number[] = [];
    const describe = (beganSample: number) => {
      began.push(beganSample);
      return heard;
    };
    const [found] = watch().hear({ ...sound(100), spectrum: { describe, toneS: 1 } });
    expect(found).toMatchObject({ why: { text: 'tones at 3.1 kHz, taken for smoke alarm (98 % sure)', heard } });
    expect(began).toEqual([80]);
  });

  test.each([
    ['pitch_stability', 0.74, 4, 0, false],
    ['pitch_stability', 1, 0.02, 0, false],
    ['pitch_stability', 0.75, 0.4, 0, true],
    ['sounding', 0.74, 0, 9, false],
    ['sounding', 1, 0, 2.4, false],
    ['sounding', 1, 0, 2.5, true],
  ])('%s of %p is a reason with %p s of tones in a sound of %p s: %p', (name, value, toneS, heardS, isReason) => {
    const rules = { ...RULES, weights: { score: 8, [name]: 5 } };
    const evaluation = sound(100, { rhythm: value });
    const tone = { isTone: true, lowHz: 3_090, highHz: 3_110, isSudden: false, isBroken: true };
    const spectrum = { describe: () => tone, toneS };
    const [found] = watch({ rules, names: ['score', name, 'other'] }).hear({ ...evaluation, spectrum, heardS });
    const reasons = (found as CandidateDetection).why.reasons.map(({ evidence }) => evidence);
    expect(reasons).toEqual(isReason ? ['score', name] : ['score']);
  });

  test.each(['pitch_stability', 'rhythm_chirp'])(
    '%s is no reason when the described sound is no tone: it may be that of music, of a bird or of a hum',
    (name) => {
      const rules = { ...RULES, weights: { score: 8, [name]: 5 } };
      const reasonsFor = (isTone: boolean): string[] => {
        const { hear } = watch({ rules, names: ['score', name, 'other'] });
        const heard = { isTone, lowHz: 1_200, highHz: 4_200, isSudden: true, isBroken: false };
        const [found] = hear({ ...sound(100, { rhythm: 1 }), spectrum: { describe: () => heard, toneS: 4 } });
        return (found as CandidateDetection).why.reasons.map(({ evidence }) => evidence);
      };
      expect(reasonsFor(true)).toEqual(['score', name]);
      expect(reasonsFor(false)).toEqual(['score']);
    },
  );

  test.each<[number, [number, number] | null, string[]]>([
    [0.24, [1_700, 2_500], ['score']],
    [0.24, null, ['score']],
    [0.24, [3_090, 3_110], ['rhythm_t3', 'score']],
    [0.25, [1_700, 2_500], ['rhythm_t3', 'score']],
  ])('groups that fit a standard rhythm with %p and have the pitches %p give the reasons %p', (fit, pitches, names) => {
    const rhythms = { t3: { ...t3, proof: 1, cadence: { ...t3.cadence, fit, toneRangeHz: pitches } } };
    const [found] = watch().hear(sound(100, { rhythm: 1, rhythms }));
    const { reasons, text } = (found as CandidateDetection).why;
    expect(reasons.map(({ evidence }) => evidence).sort()).toEqual(names);
    expect(text.includes(T3_WORDS)).toBe(names.length > 1);
  });

  test.each([
    ['groups', 0.099, 1, false],
    ['groups', 0.1, 0, true],
    ['rhythm_t3', 0.099, 1, false],
    ['rhythm_t3', 0.1, 0, true],
  ])(
    '%s with a proof of %p for T3 and of %p for T4, which has no weight, is a reason: %p',
    (reason, proof, other, isReason) => {
      const name = reason === 'groups' ? 'alone_t3' : reason;
      const rules = { ...RULES, weights: { score: 8, rhythm_t3: 20, [name]: 20 } };
      const rhythms = { t3: { ...t3, proof }, t4: beeps('t4', 1, { proof: other }) };
      const evaluation = sound(100, { rhythms });
      evaluation.evidence = Float64Array.of(1, name === 'alone_t3' ? 0.3 : 0, proof);
      const [found] = watch({ rules, names: ['score', 'alone_t3', 'rhythm_t3'] }).hear(evaluation);
      const { reasons, text } = (found as CandidateDetection).why;
      expect(reasons.some(({ evidence }) => evidence === reason)).toBe(isReason);
      expect(text.includes(T3_WORDS)).toBe(isReason);
    },
  );

  test('names the rhythm with the largest share, even if the groups of another one fit better', () => {
    const { hear } = watch({ rules: { ...RULES, weights: { score: 8, rhythm_t3: 5, rhythm_t4: 5 } } });
    const [t3, t4] = [beeps('t3', 1), beeps('t4', 0.5)];
    const [found] = hear(sound(100, { rhythm: 0.1, other: 0.5, rhythms: { t3, t4 } }));
    expect(found).toMatchObject({ why: { cadence: t4.cadence } });
  });

  test('never names a rhythm that has no weight for the label', () => {
    const [found] = watch().hear(sound(100, { rhythms: { t4: beeps('t4', 1) } }));
    expect(found).toMatchObject({ startSample: 80, why: { cadence: NO_CADENCE } });
  });

  test('the sound starts where the scores became likely, if that is earlier than the rhythm', () => {
    const late = beeps('t3', 0.5, { sinceSample: 90 });
    expect(watch().hear(sound(100, { rhythms: { t3: late } }))).toMatchObject([{ startSample: 80 }]);
    expect(watch().hear({ ...sound(100), beganSample: 130 })).toMatchObject([{ startSample: 100 }]);
  });
});

describe('a reported sound that goes on', () => {
  test('is followed by `heard` ten seconds after the last report or `heard`', () => {
    const { hear, follow } = watch();
    hear(sound(100));
    const heardAt = Array.from({ length: 30 }, (_, n) => 101 + n).filter((at) => {
      hear(sound(at, { score: 0.5 }));
      return follow(at).length > 0;
    });
    expect(heardAt).toEqual([110, 120, 130]);
    hear(sound(135));
    hear(sound(144, { score: 0.5 }));
    expect(follow(144)).toEqual([]);
    hear(sound(145, { score: 0.5 }));
    expect(follow(145)).toMatchObject([{ type: 'heard', atSample: 145 }]);
  });

  test('a later sound is a new event', () => {
    const { hear, follow } = watch();
    hear(sound(100));
    follow(120);
    expect(follow(121)).toEqual([]);
    expect(hear(sound(130))).toMatchObject([{ eventId: 2, again: false }]);
  });

  test('the second and the third group of the label’s own standard are reported at once, other rhythms are not', () => {
    const reports = (rhythm: (groups: number) => Partial<Rhythms>): number[] => {
      const { hear } = watch();
      const groupsAt: [number, number][] = [
        [100, 1],
        [104, 2],
        [106, 2],
        [108, 3],
        [109, 4],
      ];
      return groupsAt
        .filter(([at, groups]) => hear(sound(at, groups === 1 ? {} : { rhythms: rhythm(groups) })).length > 0)
        .map(([at]) => at);
    };
    expect(reports((groups) => ({ t3: beeps('t3', 0, { proof: 0.1, groups }) }))).toEqual([100, 104, 108]);
    expect(reports((groups) => ({ t4: beeps('t4', 0, { proof: 0.1, groups }) }))).toEqual([100]);
    for (const proof of [-0.1, 0.09])
      expect(reports((groups) => ({ t3: beeps('t3', 0, { proof, groups }) }))).toEqual([100]);
    expect(reports(() => ({ steady: beeps('steady', 1, { proof: 1 }) }))).toEqual([100]);
  });

  test('a louder sound that begins meanwhile is reported without slowdown', () => {
    const { hear } = watch({ rules: { ...RULES, slowdown: { growth: 4, longestS: 300, newsNats: 1, newsDb: 5 } } });
    for (const at of [100, 110]) hear(sound(at));
    expect(hear(sound(125))).toEqual([]);
    expect(hear({ ...sound(125), highSounds: [{ db: -35, hz: null, goesOn: false }] })).toHaveLength(1);
  });

  test('the candidate says for how long its tone has been known', () => {
    const { hear } = watch({ rules: { ...RULES, slowdown: { growth: 1, longestS: 300, newsNats: 1, newsDb: 5 } } });
    const cricket = (at: number) => ({ ...sound(at), highSounds: [{ db: -40, hz: 3_268, goesOn: true }] });
    const known = [100, 110, 120].flatMap((at) =>
      hear(cricket(at)).map((one) => one.type === 'candidate' && one.why.evidence?.known_s),
    );
    expect(known).toEqual([0, 10, 20]);
  });
});

describe('a sound that is younger than five seconds', () => {
  const young = (change: Partial<Evaluation> = {}): Evaluation => ({ ...sound(100), beganSample: 98, ...change });
  const isEarly = (detections: Detection[]) =>
    detections.map((one) => one.type === 'candidate' && one.why.evidence?.early === 1);

  test('is reported as early, and again when it is five seconds old', () => {
    const { hear } = watch();
    expect(isEarly(hear(young()))).toEqual([true]);
    expect(hear(young({ atSample: 102, nowSample: 102 }))).toEqual([]);
    const again = hear(young({ atSample: 103, nowSample: 103 }));
    expect(again).toMatchObject([{ again: true, why: { evidence: { early: 0 } } }]);
  });

  test('is not reported as early when a rhythm explains it that began earlier, or a group of T3 has repeated', () => {
    const steady = { ...RULES, weights: { ...RULES.weights, rhythm_steady: 5 } };
    const names = [...NAMES, 'rhythm_steady'];
    expect(isEarly(watch({ rules: steady, names }).hear({ ...young(), ...steadyBeeps }))).toEqual([false]);
    const repeated = rhythmsOf({ t3: beeps('t3', 0.9, { proof: 1, sinceSample: 97 }) });
    expect(isEarly(watch().hear(young({ rhythms: repeated })))).toEqual([false]);
  });

  test('is not reported as early for a label whose alarms do not sound in T3, because a CO alarm pauses for a minute', () => {
    const { hear } = watch({ rules: { ...RULES, weights: { score: 8, rhythm_t4: 5 } } });
    expect(isEarly(hear(young()))).toEqual([false]);
  });

  test('is reported once more, unmarked and otherwise the same, when the stream ends before it is known how it goes on', () => {
    const { hear, watch: one } = watch();
    const [first] = hear(young());
    const repeated = (watched: LabelWatch, atSample: number): Detection[] => {
      const out: Detection[] = [];
      watched.repeatEarly(atSample, out);
      return out;
    };
    const { why } = first as CandidateDetection;
    expect(repeated(one, 103)).toEqual([
      { ...first, again: true, why: { ...why, evidence: { ...why.evidence, early: 0 } } },
    ]);
    expect(repeated(one, 106)).toEqual([]);
  });
});

describe('a label whose rules say to listen on after the decision', () => {
  const listening = (listenOnS: number, change: Partial<LabelDecision> = {}) =>
    watch({ rules: { ...RULES, listenOnS, ...change } });
  const sendHeld = (one: LabelWatch, atSample: number): Detection[] => {
    const out: Detection[] = [];
    one.sendHeld(atSample, out);
    return out;
  };

  test('sends the report of its decision once, after the first block that ends late enough', () => {
    const { hear, follow } = listening(3);
    expect(hear(sound(100))).toEqual([]);
    expect(follow(102)).toEqual([]);
    const [decided] = watch().hear(sound(100));
    expect(follow(104)).toEqual([{ ...decided, detectedSample: 104 }]);
    expect(follow(105)).toEqual([]);
  });

  test('its event begins with the decision, and so do the waits for further reports', () => {
    const { hear, follow, watch: one } = listening(3);
    hear(sound(100));
    expect(one.sounding).toEqual({ label: 'smoke_alarm', eventId: 1, heardSample: 100 });
    follow(103);
    hear(sound(109));
    expect(follow(112)).toEqual([]);
    hear(sound(110));
    expect(follow(113)).toMatchObject([{ eventId: 1, again: true, detectedSample: 113 }]);
  });

  test('may decide about the next report before the last one is sent', () => {
    const { hear, follow } = listening(15, { holdS: 30 });
    hear(sound(100));
    hear(sound(110));
    expect(follow(115)).toMatchObject([{ again: false, detectedSample: 115 }]);
    expect(follow(125)).toMatchObject([{ again: true, detectedSample: 125 }]);
  });

  test('sends the report before it says that the event continues', () => {
    const { hear, follow } = listening(15);
    hear(sound(100));
    hear(sound(112, { score: 0.5 }));
    expect(follow(112)).toEqual([]);
    expect(follow(115)).toMatchObject([{ type: 'candidate' }, { type: 'heard', atSample: 112 }]);
  });

  test('sends the report when its event ends, before the end', () => {
    const { hear, follow } = listening(10, { holdS: 5 });
    hear(sound(100));
    expect(follow(105)).toMatchObject([{ type: 'candidate', detectedSample: 105 }, { type: 'ended' }]);
    expect(follow(110)).toEqual([]);
  });

  test('sends the report once when the stream ends, and at once when it decides there', () => {
    const { hear, watch: one } = listening(3);
    hear(sound(100));
    expect(sendHeld(one, 101)).toMatchObject([{ type: 'candidate', detectedSample: 101 }]);
    expect(sendHeld(one, 101)).toEqual([]);
    expect(listening(3).hear({ ...sound(100), isCutOff: true })).toMatchObject([{ detectedSample: 100 }]);
  });

  test('sends the report once and when it is due if another release continues the event', () => {
    const { hear, follow, watch: old } = listening(3);
    hear(sound(100));
    const continued = old.continuedAs(watch().watch);
    const out: Detection[] = [];
    for (const at of [102, 103, 104]) continued.follow(at, 10, out);
    expect(out).toMatchObject([{ type: 'candidate', detectedSample: 103 }]);
    expect(follow(103)).toEqual([]);
  });

  test('sends its reports in order when the next release sends them at once', () => {
    const { hear, watch: old } = listening(20);
    hear(sound(100));
    const continued = old.continuedAs(watch().watch);
    const out: Detection[] = [];
    continued.evaluate(sound(110), () => 1, out);
    expect(out).toMatchObject([
      { again: false, detectedSample: 110 },
      { again: true, detectedSample: 110 },
    ]);
  });

  test('an early report is repeated at the end of the stream with the clip with which it was sent', () => {
    const young = { ...sound(100), beganSample: 98 };
    const { hear, follow, watch: one } = listening(2);
    hear(young);
    const [first] = follow(102);
    const out: Detection[] = [];
    one.repeatEarly(103, out);
    expect([first, ...out]).toMatchObject([
      { detectedSample: 102, why: { evidence: { early: 1 } } },
      { detectedSample: 102, why: { evidence: { early: 0 } } },
    ]);
  });

  test('a sound that becomes five seconds old before its early report is sent is reported twice, the early one first', () => {
    const { hear, follow } = listening(6);
    hear({ ...sound(100), beganSample: 98 });
    hear({ ...sound(103), beganSample: 98 });
    const early = (detections: Detection[]) =>
      detections.map((one) => one.type === 'candidate' && [one.detectedSample, one.why.evidence.early]);
    expect(early(follow(106))).toEqual([[106, 1]]);
    expect(early(follow(109))).toEqual([[109, 0]]);
  });
});

describe('another release', () => {
  test('continues the event with its own rules', () => {
    const { hear, watch: old } = watch();
    hear(sound(100));
    const next = watch({ rules: { ...RULES, refractoryS: 20 }, threshold: 0.3 }).watch;
    const continued = old.continuedAs(next);
    expect(continued.sounding).toEqual({ label: 'smoke_alarm', eventId: 1, heardSample: 100 });
    expect(continued).toMatchObject({ threshold: 0.3, level: 'medium', isOn: true, decider: next.decider });
    const out: Detection[] = [];
    const never = (): number => {
      throw new Error('The event is not new.');
    };
    for (const at of [110, 119, 120]) continued.evaluate(sound(at, { score: 0.5 }), never, out);
    expect(out).toMatchObject([{ detectedSample: 120, eventId: 1, again: true }]);
    continued.follow(129, 10, out);
    expect(out).toHaveLength(1);
  });
});

describe('a sound that the home ignores', () => {
  const IGNORED = '00000000-0000-4000-8000-000000000001';
  /** Says which sound each comparison found; the last answer repeats. */
  function ignoring(...answers: (string | null)[]): SilencedSounds & { compared: number } {
    return {
      compared: 0,
      find(label, embedding) {
        expect([label, embedding]).toEqual(['smoke_alarm', EMBEDDING]);
        return answers[Math.min(this.compared++, answers.length - 1)] as string | null;
      },
    };
  }

  test('is silenced once, compared again only after its scores no longer count, and starts no event', () => {
    const sounds = ignoring(IGNORED);
    const { hear, watch: one } = watch({ sounds });
    const detections = Array.from({ length: 12 }, (_, n) => hear(sound(100 + n))).flat();
    expect(detections).toEqual([{ type: 'silenced', label: 'smoke_alarm', soundId: IGNORED, atSample: 100 }]);
    expect(sounds.compared).toBe(3);
    expect(one.sounding).toBeNull();
  });

  test('is reported as silenced again when it comes back after a longer pause than the hold time', () => {
    const { hear } = watch({ sounds: ignoring(IGNORED) });
    hear(sound(100));
    // It was silenced until 104.
    expect(hear(sound(118))).toEqual([]);
    expect(hear(sound(137))).toMatchObject([{ type: 'silenced', atSample: 137 }]);
  });

  test('another ignored sound is silenced with its own id', () => {
    const { hear } = watch({ sounds: ignoring(IGNORED, 'other') });
    hear(sound(100));
    expect(hear(sound(104))).toMatchObject([{ type: 'silenced', soundId: 'other' }]);
  });

  test('is reported when it is not similar to an ignored one, and again when it no longer is', () => {
    expect(watch({ sounds: ignoring(null) }).hear(sound(100))).toMatchObject([{ type: 'candidate' }]);
    const { hear } = watch({ sounds: ignoring(IGNORED, null) });
    hear(sound(100));
    expect(hear(sound(103))).toEqual([]);
    expect(hear(sound(104))).toMatchObject([{ type: 'candidate' }]);
  });

  test('with the rhythm of a smoke or CO alarm is never silenced', () => {
    for (const pattern of ['t3', 't4'] as const) {
      const { hear } = watch({ sounds: ignoring(IGNORED) });
      hear(sound(100));
      expect(hear(sound(101, { rhythms: { [pattern]: beeps(pattern, 1, { proof: 0.1 }) } }))).toMatchObject([
        { type: 'candidate' },
      ]);
    }
  });

  test('is not compared while nothing would be reported', () => {
    const sounds = ignoring(null);
    const { hear } = watch({ sounds });
    for (const at of [100, 105, 109]) hear(sound(at));
    expect(sounds.compared).toBe(1);
  });

  test('stays silenced when a watch of another release continues it', () => {
    const sounds = ignoring(IGNORED);
    const { hear, watch: old } = watch({ sounds });
    hear(sound(100));
    const continued = old.continuedAs(watch({ sounds }).watch);
    const out: Detection[] = [];
    for (const at of [103, 104]) continued.evaluate(sound(at), () => 1, out);
    expect(out).toEqual([]);
    expect(sounds.compared).toBe(2);
  });
});
