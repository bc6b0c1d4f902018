import { expect, test } from '@jest/globals';
import { alertReasonOf } from './alert-reason.ts';
import type { Cadence, HeardSound, Why } from './contracts/candidate.ts';

const T3: Cadence = {
  pattern: 't3',
  toneHz: 3100,
  onS: 0.5,
  offS: 0.5,
  periodS: 4,
  beeps: 6,
  groups: 2,
  fit: 0.9,
};
const NONE: Cadence = { ...T3, pattern: 'none', beeps: 0, groups: 0, fit: 0 };
const CRASH: HeardSound = { isTone: false, lowHz: 2_000, highHz: 7_000, isSudden: true, isBroken: false };

const whyOf = (evidence: string | null, given: Partial<Why>): Pick<Why, 'cadence' | 'reasons' | 'heard'> => ({
  cadence: T3,
  reasons: evidence === null ? [] : [{ evidence, value: 1, share: 0.5 }],
  heard: null,
  ...given,
});

test.each([
  ['a rhythm that decided', whyOf('rhythm_t3', {}), 'rhythm_t3'],
  ['a rhythm from an older device, which sends no reasons', whyOf(null, { heard: undefined }), 'rhythm_t3'],
  ['a rhythm that did not decide', whyOf('score', {}), null],
  ['a single group of beeps', whyOf('rhythm_t3', { cadence: { ...T3, groups: 1, beeps: 3 } }), null],
  ['a sudden sound', whyOf('score', { cadence: NONE, heard: CRASH }), 'sudden'],
  ['a sound that is not sudden', whyOf('score', { cadence: NONE, heard: { ...CRASH, isSudden: false } }), null],
])('the reason that a notification gives for %s', (_, why, reason) => {
  expect(alertReasonOf(why)).toBe(reason);
});
