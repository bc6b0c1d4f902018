import { expect, test } from '@jest/globals';
import type { HighSound } from '@earshot/shared/cadence/high-sound.ts';
import { KnownSounds, type ToneRules } from './known-sounds.ts';

/** One sample a second, so that samples are seconds. */
const RATE = 1;
const RULES: ToneRules = {
  growth: 2,
  longestS: 900,
  newsNats: 1,
  newsDb: 5,
  holdS: 15,
  memory: { afterS: 120, forS: 300 },
};
const tone = (change: Partial<HighSound> = {}): HighSound => ({ db: -40, hz: 3_268, goesOn: true, ...change });
const beeps = (change: Partial<HighSound> = {}): HighSound => tone({ goesOn: false, ...change });

/** What was heard from second 0 to `untilS`, and reported at second 0. */
function heard(untilS: number, sound = tone(), rules = RULES): KnownSounds {
  const known = new KnownSounds(RATE);
  known.hear([sound], 0, rules);
  known.report([sound], 0, rules);
  hear(known, 1, untilS, sound, rules);
  return known;
}

function hear(known: KnownSounds, fromS: number, untilS: number, sound = tone(), rules = RULES): void {
  for (let s = fromS; s <= untilS; s++) known.hear([sound], s, rules);
}

/** For how long the tone that sounds at `atS` is known. */
function knownAt(known: KnownSounds, atS: number, sound = tone(), rules = RULES): number {
  known.hear([sound], atS, rules);
  return known.knownS([sound], atS, rules);
}

const isNewsAt = (known: KnownSounds, atS: number, sound: HighSound): boolean => {
  known.hear([sound], atS, RULES);
  return known.isNews([sound], RULES);
};

test('a tone that went on for two minutes is known when it sounds again within five minutes, and then forgotten', () => {
  expect(knownAt(heard(120), 419)).toBe(419);
  expect(knownAt(heard(120), 420)).toBe(0);
});

test('a tone that went on for less is forgotten after the longest pause of an alarm', () => {
  expect(knownAt(heard(119), 133)).toBe(133);
  expect(knownAt(heard(119), 134)).toBe(0);
});

test('a remembered tone is known at once, before it has gone on for long again', () => {
  expect(knownAt(heard(200), 300, beeps())).toBe(300);
});

test('a louder tone, one of another pitch and a sound without a pitch are new', () => {
  expect(knownAt(heard(200), 201, tone({ db: -35.1 }))).toBe(201);
  expect(knownAt(heard(200), 201, tone({ db: -35 }))).toBe(0);
  expect(knownAt(heard(200), 201, tone({ hz: 3_500 }))).toBe(0);
  expect(knownAt(heard(200), 201, tone({ hz: null }))).toBe(0);
});

test('beeps are never known, however long they sound: they do not go on for most of the time', () => {
  expect(knownAt(heard(600, beeps()), 601, beeps())).toBe(0);
});

test('a tone that goes on counts from then, not from the beeps of its pitch before', () => {
  const known = heard(600, beeps());
  hear(known, 601, 630);
  expect(knownAt(known, 631)).toBe(30);
});

test('a quiet tone does not keep a loud one of its pitch in memory: a cricket does not hide the next alarm', () => {
  const known = heard(15, beeps({ db: -25 }));
  hear(known, 16, 200, tone({ db: -55 }));
  known.report([tone({ db: -55 })], 200, RULES);
  expect(isNewsAt(known, 201, beeps({ db: -25 }))).toBe(true);
  expect(knownAt(known, 202, beeps({ db: -25 }))).toBe(0);
});

test('what was not reported is news, however long it has been heard', () => {
  const known = heard(20);
  hear(known, 21, 200, tone({ hz: 4_000 }));
  expect(isNewsAt(known, 201, tone({ hz: 4_000 }))).toBe(true);
  expect(knownAt(known, 202, tone({ hz: 4_000 }))).toBe(0);
  known.report([tone({ hz: 4_000 })], 202, RULES);
  expect(knownAt(known, 210, tone({ hz: 4_000 }))).toBe(8);
});

test('what was reported is no news while it is remembered', () => {
  const known = heard(20);
  expect(isNewsAt(known, 21, tone({ hz: 4_000 }))).toBe(true);
  known.report([tone({ hz: 4_000 })], 21, RULES);
  expect(isNewsAt(known, 22, tone({ hz: 4_000 }))).toBe(false);
  expect(isNewsAt(known, 23, tone())).toBe(false);
});

test('what is heard only beside the loudest tone is news, too', () => {
  const known = heard(200);
  const both = [tone(), tone({ db: -44, hz: 4_000 })];
  known.hear(both, 201, RULES);
  expect(known.isNews(both, RULES)).toBe(true);
  expect(known.knownS(both, 201, RULES)).toBe(0);
});

test('a sound without a pitch is news when it is louder than what was reported last', () => {
  const known = heard(20);
  expect(isNewsAt(known, 21, tone({ db: -35, hz: null }))).toBe(true);
  expect(isNewsAt(known, 21, tone({ db: -35.1, hz: null }))).toBe(false);
  known.report([tone({ db: -15, hz: null })], 30, RULES);
  known.report([tone()], 60, RULES);
  expect(isNewsAt(known, 90, tone({ db: -25, hz: null }))).toBe(true);
});

test('a loud tone that was not heard at a report is news when it sounds again', () => {
  const known = heard(20, tone({ db: -55 }));
  hear(known, 21, 26, beeps({ db: -25 }));
  hear(known, 27, 30, tone({ db: -55 }));
  known.report([tone({ db: -55 })], 30, RULES);
  expect(isNewsAt(known, 31, beeps({ db: -25 }))).toBe(true);
});

test('a loud sound without a pitch that has ended hides a quieter one only for the longest pause', () => {
  const loud = tone({ db: -15, hz: null });
  const alarm = tone({ db: -25, hz: null });
  const afterS = (quietS: number): boolean => {
    const known = heard(20, loud);
    hear(known, 21, 20 + quietS, tone());
    return isNewsAt(known, 21 + quietS, alarm);
  };
  expect(afterS(14)).toBe(false);
  expect(afterS(15)).toBe(true);
});

test('what has no pitch beside a louder tone is no news: the pauses of a second cricket come and go', () => {
  const known = heard(200);
  known.report([tone(), tone({ db: -70, hz: null })], 201, RULES);
  const both = [tone(), tone({ db: -44, hz: null })];
  known.hear(both, 202, RULES);
  expect(known.isNews(both, RULES)).toBe(false);
});

test('a release without memory forgets each tone after the longest pause', () => {
  const rules = { ...RULES, memory: undefined };
  expect(knownAt(heard(600, tone(), rules), 614, tone(), rules)).toBe(614);
  expect(knownAt(heard(600, tone(), rules), 615, tone(), rules)).toBe(0);
});
