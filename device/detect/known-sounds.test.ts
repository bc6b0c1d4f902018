import { expect, test } from '@jest/globals';
import type { HighSound } from '@earshot/shared/cadence/high-sound.ts';
import { KnownSounds } from './known-sounds.ts';

/** One sample a second, so that samples are seconds. */
const RATE = 1;
const RULES = { growth: 2, longestS: 900, newsNats: 1, newsDb: 5, memory: { afterS: 120, forS: 900 } };
const cricket = (change: Partial<HighSound> = {}): HighSound => ({ db: -40, hz: 3_268, goesOn: true, ...change });

/** A cricket that was reported at second 0 and heard until `untilS`, when its event ended. */
function sang(untilS: number, sound = cricket()): KnownSounds {
  const known = new KnownSounds(RATE);
  known.begin(0, RULES);
  known.report(sound, 0, RULES);
  for (let s = 0; s <= untilS; s += 10) known.hear(sound, s, RULES);
  known.end(RULES);
  return known;
}

const knownAt = (known: KnownSounds, atS: number, sound = cricket()): number => {
  known.begin(atS, RULES);
  return known.knownS(sound, atS, RULES);
};

test('a tone that sounded for two minutes is known when it sounds again within a quarter of an hour', () => {
  expect(knownAt(sang(120), 1_019)).toBe(1_019);
  expect(knownAt(sang(120), 1_020)).toBe(0);
  expect(knownAt(sang(110), 200)).toBe(0);
});

test('it is known at once, before it has gone on for long again', () => {
  expect(knownAt(sang(200), 300, cricket({ goesOn: false }))).toBe(300);
});

test('a louder tone, one of another pitch and a sound without a pitch are new', () => {
  expect(knownAt(sang(200), 300, cricket({ db: -35.1 }))).toBe(300);
  expect(knownAt(sang(200), 300, cricket({ db: -35 }))).toBe(0);
  expect(knownAt(sang(200), 300, cricket({ hz: 3_500 }))).toBe(0);
  expect(knownAt(sang(200), 300, cricket({ hz: null }))).toBe(0);
});

test('beeps are never known, however long they sound: they do not go on for most of the time', () => {
  const beeps = cricket({ goesOn: false });
  expect(knownAt(sang(600, beeps), 610, beeps)).toBe(0);
});

test('a release without memory forgets each sound with its event', () => {
  const known = sang(0);
  const rules = { ...RULES, memory: undefined };
  known.begin(1, rules);
  known.report(cricket(), 1, rules);
  known.hear(cricket(), 500, rules);
  expect(known.knownS(cricket(), 500, rules)).toBe(499);
  known.end(rules);
  known.begin(501, rules);
  expect(known.knownS(cricket(), 501, rules)).toBe(0);
});
