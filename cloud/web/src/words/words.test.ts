import { NO_CADENCE } from '@earshot/shared/cadence/rhythm-reader.ts';
import { describe, expect, test } from '@jest/globals';
import type { Cadence, HeardSound } from '@earshot/shared/contracts/candidate.ts';
import type { FleetView } from '@earshot/shared/contracts/fleet.ts';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import { de } from './de.ts';
import { en, type Words } from './en.ts';
import { whyText } from './format.ts';
import { OPERATIONS_WORDS } from './operations-words.ts';

/** Maps the path of each text, e.g. "alert.late", to the type of its value. */
function shape(words: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    const at = path ? `${path}.${key}` : key;
    // English has no translations of errors, because it shows the server's own texts.
    if (at === 'errors') continue;
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const entry of shape(value as object, at)) found.set(...entry);
    else found.set(at, typeof value);
  }
  return found;
}

describe.each([
  ['English', en],
  ['German', de],
])('the %s texts of the app', (_language, words: Words) => {
  test('include every text that exists in English', () => {
    expect([...shape(words).keys()].sort()).toEqual([...shape(en).keys()].sort());
    for (const [at, value] of Object.entries(words.sounds))
      expect([at, value]).toEqual([at, expect.stringMatching(/\S/)]);
  });

  test('include a name for every sound that Earshot knows', () => {
    for (const label of KNOWN_LABELS) {
      expect(words.sounds[label]).toBeDefined();
      expect(words.sources[label]).toMatch(/\w$/);
    }
  });

  test('describe every beep pattern in one sentence', () => {
    const number = (value: number, digits: number) => value.toFixed(digits);
    const measured: Omit<Cadence, 'pattern'> = {
      toneHz: 3118,
      onS: 0.5,
      offS: 0.5,
      periodS: 4,
      beeps: 9,
      groups: 3,
      fit: 0.9,
    };
    for (const pattern of ['t3', 't4', 'steady', 'fast', 'sweep', 'continuous', 'chirp'] as const)
      expect(words.cadence({ ...measured, pattern }, number)).toMatch(/^[A-ZÄÖÜ].*3\.1 kHz.*\.$/);
    for (const beeps of [1, 3, 9])
      expect(words.cadence({ ...measured, pattern: 'none', beeps }, number)).toMatch(/^[A-ZÄÖÜ].*3\.1 kHz.*\.$/);
    expect(words.cadence({ ...measured, pattern: 'none', beeps: 0 }, number)).toBeNull();
  });
});

test('the reason of an alert says the number, length and pitch of the beeps, and that they came again', () => {
  const number = (value: number, digits: number) => value.toFixed(digits);
  const t3: Cadence = { pattern: 't3', toneHz: 3118, onS: 0.5, offS: 0.5, periodS: 4, beeps: 12, groups: 4, fit: 0.97 };
  expect(en.cadence(t3, number)).toBe('Three beeps of about half a second at 3.1 kHz, and again.');
  expect(de.cadence(t3, number)).toBe('Drei Töne von etwa einer halben Sekunde bei 3.1 kHz, und wieder.');
  const heard: HeardSound = { isTone: false, lowHz: 3_000, highHz: 6_300, isSudden: false, isBroken: true };
  const withHarmonics = [en.cadence(t3, number, heard), de.cadence(t3, number, heard)];
  expect(withHarmonics[0]).toBe('Three beeps of about half a second, loudest at 3.1 kHz, and again.');
  expect(withHarmonics[1]).toMatch(/, am lautesten bei 3\.1 kHz, und wieder\.$/);
  const sweeping: Cadence = { ...t3, toneRangeHz: [2_900, 4_050] };
  expect(en.cadence(sweeping, number)).toBe(
    'Three beeps of about half a second, mostly between 2.9 kHz and 4.0 kHz, and again.',
  );
  expect(de.cadence(sweeping, number)).toMatch(/, vor allem zwischen 2\.9 kHz und 4\.0 kHz, und wieder\.$/);
});

test('if too few beeps of a pattern may have been counted, the reason says "at least" or leaves the number out', () => {
  const number = (value: number, digits: number) => value.toFixed(digits);
  const fast: Cadence = {
    pattern: 'fast',
    toneHz: 3170,
    onS: 0.2,
    offS: 0.04,
    periodS: 0.24,
    beeps: 11,
    groups: 11,
    fit: 0.6,
  };
  expect(en.cadence(fast, number)).toBe('Fast beeps of 0.2 s at 3.2 kHz, at least 11 of them.');
  expect(de.cadence(fast, number)).toBe('Schnelle Töne von 0.2 s bei 3.2 kHz, mindestens 11.');
  const sweep: Cadence = { ...fast, pattern: 'sweep', toneHz: 2364, onS: 0.54, offS: 0, periodS: 0.54, beeps: 7 };
  expect(en.cadence(sweep, number)).toBe('A siren that goes up and down around 2.4 kHz, every 0.5 s.');
  expect(de.cadence(sweep, number)).toBe('Eine Sirene, die um 2.4 kHz auf- und abgeht, alle 0.5 s.');
});

test('groups that other sounds fill are called sounds in their rhythm, and a single group is no rhythm', () => {
  const number = (value: number, digits: number) => value.toFixed(digits);
  const chime: Cadence = {
    pattern: 't3',
    toneHz: 2_410,
    onS: 0.44,
    offS: 0.44,
    periodS: 4,
    beeps: 6,
    groups: 2,
    fit: 0.11,
  };
  expect(en.cadence(chime, number)).toBe(
    'Sounds in the rhythm of three beeps of about half a second at 2.4 kHz, and again.',
  );
  expect(de.cadence(chime, number)).toBe(
    'Klänge im Rhythmus von drei Tönen von etwa einer halben Sekunde bei 2.4 kHz, und wieder.',
  );
  const laughter: Cadence = { ...chime, pattern: 't4', onS: 0.09, toneHz: 530 };
  expect(en.cadence(laughter, number)).toMatch(/^Sounds in the rhythm of four short beeps of 0\.1 s at 0\.53 kHz/);
  expect(de.cadence(laughter, number)).toMatch(/^Klänge im Rhythmus von vier kurzen Tönen von 0\.1 s bei 0\.53 kHz/);
  const single = { ...chime, beeps: 3, groups: 1, periodS: null, fit: 0.9 };
  expect(en.cadence(single, number)).toBe('Tones in no clear rhythm so far.');
  expect(de.cadence(single, number)).toBe('Bisher Töne ohne klaren Rhythmus.');
});

test('an alarm whose beeps are measured as 0.44 s and as 0.52 s is described in the same way', () => {
  const number = (value: number, digits: number) => value.toFixed(digits);
  const t3: Cadence = { ...NO_CADENCE, pattern: 't3', offS: 0.5, periodS: 4, beeps: 6, groups: 2, fit: 0.9 };
  expect(en.cadence({ ...t3, onS: 0.44 }, number)).toBe(en.cadence({ ...t3, onS: 0.52 }, number));
});

describe('an alert without a rhythm', () => {
  const glass: HeardSound = { isTone: false, lowHz: 2_130, highHz: 6_800, isSudden: true, isBroken: false };
  const number = (value: number, digits: number) => value.toFixed(digits);

  test('says what is seen on the spectrogram', () => {
    expect(en.heard(glass, number)).toBe('A sudden high sound (mostly 2.1 to 6.8 kHz).');
    expect(de.heard(glass, number)).toBe('Ein plötzlicher hoher Klang (vor allem 2.1 bis 6.8 kHz).');
    const siren = { ...glass, isTone: true, lowHz: 2_000, highHz: 2_800 };
    expect(en.heard(siren, number)).toBe('A tone, mostly between 2.0 kHz and 2.8 kHz.');
    expect(de.heard({ ...siren, isBroken: true }, number)).toBe('Töne, vor allem zwischen 2.0 kHz und 2.8 kHz.');
    expect(en.heard({ ...siren, isBroken: true, highHz: 2_010 }, number)).toBe('Tones at 2.0 kHz.');
    expect(de.heard({ ...siren, highHz: 2_010 }, number)).toBe('Ein Ton bei 2.0 kHz.');
    expect(en.heard({ ...siren, isOnlyTone: false, highHz: 2_010 }, number)).toBe('A tone, loudest at 2.0 kHz.');
    expect(de.heard({ ...siren, isOnlyTone: false, highHz: 2_010 }, number)).toBe('Ein Ton, am lautesten bei 2.0 kHz.');
    expect(en.heard({ ...glass, isSudden: false }, number)).toMatch(/^A high sound \(/);
    expect(de.heard({ ...glass, isSudden: false }, number)).toMatch(/^Ein hoher Klang \(/);
  });

  test('says whether the sound is high, low, or both', () => {
    const range = (lowHz: number, highHz: number) => en.heard({ ...glass, lowHz, highHz }, number);
    expect(range(100, 700)).toBe('A sudden low sound (mostly 0.1 to 0.7 kHz).');
    expect(range(600, 1_900)).toBe('A sudden sound, neither low nor high (mostly 0.6 to 1.9 kHz).');
    expect(range(490, 2_100)).toBe('A sudden sound, neither low nor high (mostly 0.5 to 2.1 kHz).');
    expect(range(300, 4_600)).toBe('A sudden sound with low and high parts (mostly 0.3 to 4.6 kHz).');
    const two: HeardSound = { ...glass, lowHz: 300, highHz: 2_700, gapHz: [500, 2_400] };
    expect(en.heard(two, number)).toBe(
      'A sudden sound with low and high parts (mostly 0.3 to 0.5 and 2.4 to 2.7 kHz).',
    );
    expect(de.heard(two, number)).toMatch(/\(vor allem 0\.3 bis 0\.5 und 2\.4 bis 2\.7 kHz\)\.$/);
  });

  test.each([
    [200, 1_700],
    [520, 3_900],
    [700, 4_100],
    [800, 5_300],
  ])(
    'does not say how high a sound from %d Hz to %d Hz is, because no word fits most of its range',
    (lowHz, highHz) => {
      expect(en.heard({ ...glass, lowHz, highHz }, number)).toMatch(/^A sudden sound \(mostly /);
      expect(de.heard({ ...glass, lowHz, highHz }, number)).toMatch(/^Ein plötzlicher Klang \(vor allem /);
    },
  );

  test('that the second check ruled out says what the device suspected, not what Earshot takes the sound for', () => {
    const why = {
      text: 'heard',
      cadence: NO_CADENCE,
      scores: {},
      levelDbfs: -30,
      evidence: {},
      reasons: [],
      heard: glass,
    };
    const text = (ignored: boolean) => whyText({ label: 'glass_break', why, verdict: 'rejected', ignored });
    expect(text(false)).toBe(
      'A sudden high sound (mostly 2.1 to 6.8 kHz). The device suspected breaking glass, but the second check ruled it out.',
    );
    expect(text(true)).toMatch(/Earshot takes it for breaking glass\.$/);
  });

  test('says what Earshot takes the sound for, and the beeps only if they decided', () => {
    const cadence: Cadence = {
      pattern: 't3',
      toneHz: 3_100,
      onS: 0.5,
      offS: 0.5,
      periodS: 4,
      beeps: 6,
      groups: 2,
      fit: 0.9,
    };
    const why = { text: 'heard', cadence, scores: {}, levelDbfs: -30, evidence: {}, heard: glass };
    const decided = (evidence: string) => ({ ...why, reasons: [{ evidence, value: 1, share: 0.5 }] });
    const believed = { verdict: 'confirmed', ignored: false } as const;
    expect(whyText({ ...believed, label: 'smoke_alarm', why: decided('rhythm_t3') })).toMatch(
      /^Three beeps of about half a second/,
    );
    const taken = 'Earshot takes it for breaking glass.';
    expect(whyText({ ...believed, label: 'glass_break', why: decided('score_glass_break') })).toBe(
      `A sudden high sound (mostly 2.1 to 6.8 kHz). ${taken}`,
    );
    expect(whyText({ ...believed, label: 'glass_break', why: { ...decided('score_glass_break'), heard: null } })).toBe(
      taken,
    );
    expect(whyText({ ...believed, label: 'thunder', why: decided('score_thunder') })).toBe('Heard');
  });
});

/** The paths of texts that are the same in both languages. */
const sameTexts = (english: object, german: object): string[] =>
  [...shape(english).keys()].filter((at) => {
    const [one, other] = [english, german].map((words) =>
      at.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], words),
    );
    return typeof one === 'string' && one === other;
  });

test('every German text differs from the English text, except for known names', () => {
  // These names are the same in both languages.
  expect(sameTexts(en, de).sort()).toEqual([
    'alert.test',
    'appName',
    'channels.kinds.mqtt',
    'channels.kinds.ntfy',
    'channels.kinds.webhook',
    'clip.pause',
    'common.name',
    'device.software',
    'history.export',
    'history.test',
    'pair.code',
  ]);
});

test('every text of the operations page exists in German and differs from the English text', () => {
  const { en: english, de: german } = OPERATIONS_WORDS;
  expect([...shape(german).keys()].sort()).toEqual([...shape(english).keys()].sort());
  expect(sameTexts(english, german)).toEqual([]);
  for (const [at, value] of Object.entries(english))
    expect([at, german[at as keyof typeof german]]).not.toEqual([at, value]);
  for (const head of ['releaseHead', 'troubledHead', 'alertsHead', 'worstHead'] as const)
    expect(german[head]).toHaveLength(english[head].length);
});

test('the operations page writes the singular for one home, one device and one sound', () => {
  const devices = { all: 1, online: 1, silent: 0, neverSeen: 0, deaf: 0, silencedSounds: 1 };
  const fleet = { homes: 1, devices } as FleetView;
  expect(OPERATIONS_WORDS.en.summary(fleet, 'now')).toMatch(/^1 home, 1 device: .* ignored 1 sound by/);
  expect(OPERATIONS_WORDS.de.summary(fleet, 'jetzt')).toMatch(/^1 Haushalt, 1 Gerät.*1 Geräusch selbst/);
});
