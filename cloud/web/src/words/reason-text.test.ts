import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ALERT_REASONS } from '@earshot/shared/alert-reason.ts';
import { PATTERNS } from '@earshot/shared/cadence/rhythm-reader.ts';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { de } from './de.ts';
import { reasonText } from './reason-text.ts';
import { spoken } from './words.ts';

/** The name of every measurement that a device sends (device/detect/evidence.ts, `reasonOf`). */
const SENT = [
  ...PATTERNS.map((pattern) => `rhythm_${pattern}`),
  ...KNOWN_LABELS.map((label) => `score_${label}`),
  ...['groups', 'duration', 'sounding', 'quiet', 'pitch_stability', 'level', 'cut_off'],
];

describe.each([
  ['English', null],
  ['German', de],
])('the measurements behind an alert, in %s', (_, words) => {
  const before = spoken.get();
  beforeEach(() => (words ? spoken.set({ words, language: 'de' }) : undefined));
  afterEach(() => spoken.set(before));

  test('every reason that a notification names has a text', () => {
    expect(Object.keys(ALERT_REASONS).filter((reason) => !(reason in spoken.get().words.reasons.named))).toEqual([]);
  });

  test('every measurement has its own text', () => {
    const texts = SENT.map((evidence) => reasonText({ evidence, value: 1 }));
    expect(texts).not.toContain(null);
    expect(new Set(texts).size).toBe(SENT.length);
  });
});

test('a loudness is shown in dB and a duration in seconds', () => {
  expect(reasonText({ evidence: 'level', value: 3.4 })).toBe('34 dB louder than the room');
  expect(reasonText({ evidence: 'duration', value: 0.45 })).toBe('The sound has lasted 9 s');
});

test('a loudness of more than 60 dB above the room, measured after digital silence, is shown as "More than 60 dB"', () => {
  expect(reasonText({ evidence: 'level', value: 6 })).toBe('60 dB louder than the room');
  expect(reasonText({ evidence: 'level', value: 9.1 })).toBe('More than 60 dB louder than the room');
});

test("a score is shown without a percentage, because the page shows another one: that of the device's decision", () => {
  expect(reasonText({ evidence: 'score_glass_break', value: 1 })).toBe(
    'The device’s sound recognition says: Breaking glass',
  );
  expect(reasonText({ evidence: 'score', value: 4 })).toBe(
    'The device’s sound recognition recognises the reported sound',
  );
});

test('a score below one half has no text, because the network did not recognise the sound', () => {
  expect(reasonText({ evidence: 'score_glass_break', value: -0.5 })).toBeNull();
});

test('the text about a repeated group of beeps does not say how often the group was repeated', () => {
  expect(reasonText({ evidence: 'groups', value: 0.8 })).toBe('The beeps came again in the same rhythm');
});

test.each(['pitch_stability', 'sounding'])('%s has a text only if it was so most of the time', (evidence) => {
  expect(reasonText({ evidence, value: 0.8 })).not.toBeNull();
  expect(reasonText({ evidence, value: 0.55 })).toBeNull();
});

test('a measurement that the app does not know has no text', () => {
  expect(reasonText({ evidence: 'phase_of_the_moon', value: 1 })).toBeNull();
});
