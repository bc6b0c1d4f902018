import { describe, expect, test } from '@jest/globals';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { cosine, encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { mostAlike, neededLikeness, showsStandardRhythm } from './likeness.ts';
import { LOUDEST_PART_VERSION } from './loudest-part.ts';
import { namesCosine, namesIn, REAL_GLASS, realSounds } from './real-glass.ts';
import { decodeSound, encodeSound } from './sound-embedding.ts';

const candidate = (label: string, evidence: Record<string, number>) => {
  const made = makeCandidate(label, null);
  return { ...made, why: { ...made.why, evidence } };
};

describe('the standard rhythms', () => {
  test.each([['groups_t3'], ['groups_t4'], ['rhythm_t3'], ['rhythm_t4']])(
    'evidence "%s" with a value above 0 counts as a standard rhythm',
    (name) => {
      const none = { groups_t3: 0, groups_t4: -1, rhythm_t3: 0, rhythm_t4: 0 };
      expect(showsStandardRhythm(candidate('smoke_alarm', none))).toBe(false);
      expect(showsStandardRhythm(candidate('glass_break', { ...none, [name]: 0.1 }))).toBe(true);
    },
  );

  test('a safety sound without measured rhythm evidence counts as having a standard rhythm; other sounds do not', () => {
    expect(showsStandardRhythm(candidate('co_alarm', {}))).toBe(true);
    expect(showsStandardRhythm(candidate('glass_break', {}))).toBe(false);
  });
});

describe('how similar two sounds must be', () => {
  const above = (label: string, stated?: Record<string, number>) =>
    neededLikeness(label, { sha256: REAL_GLASS.by, sameSoundAbove: stated }).above;

  test("the release's similarity threshold for a label is used; without one, the built-in threshold of the label", () => {
    expect(above('smoke_alarm', { smoke_alarm: 0.9 })).toBe(0.9);
    expect(above('smoke_alarm', { glass_break: 0.9 })).toBe(above('smoke_alarm'));
    expect(above('glass_break')).toBeGreaterThan(above('smoke_alarm'));
    expect(above('taught_upkeep_doorbell_ab12', {})).toBe(above('glass_break'));
  });

  test('the loudest parts of breaking glass are compared', () => {
    expect(neededLikeness('glass_break', { sha256: REAL_GLASS.by }).withLoudest).not.toBeNull();
  });

  test.each([
    ['for another label', 'smoke_alarm', { sha256: REAL_GLASS.by }],
    [
      'when the release states a threshold',
      'glass_break',
      { sha256: REAL_GLASS.by, sameSoundAbove: { glass_break: 0.9 } },
    ],
    ['by another verifier than that of real-glass.json', 'glass_break', { sha256: 'b'.repeat(64) }],
    ['without a release', 'glass_break', undefined],
  ])('the loudest parts are not compared %s', (_, label, verifier) => {
    expect(neededLikeness(label, verifier).withLoudest).toBeNull();
  });
});

describe('embeddings', () => {
  test('embeddings are read from the database unchanged, with and without that of the loudest part', () => {
    const clip = Float32Array.of(0, 1.5, -3e-20, 12_345.678);
    for (const loudest of [null, Float32Array.of(7, -8)])
      expect(decodeSound(encodeSound({ clip, loudest }))).toEqual({ clip, loudest });
  });

  test('an embedding that an older version stored is read as one without a loudest part', () => {
    const clip = Float32Array.of(1, 2);
    expect(decodeSound(encodeEmbedding(clip))).toEqual({ clip, loudest: null });
  });

  test('names of another version of the loudest part are read as missing; those without a version are of the first', () => {
    const clip = Float32Array.of(1, 2);
    const loudest = Float32Array.of(3);
    const stored = encodeSound({ clip, loudest });
    expect(decodeSound(stored.replace(/[^.]*$/, '0'))).toEqual({ clip, loudest: null });
    const isFirst = LOUDEST_PART_VERSION === 1;
    expect(decodeSound(stored.replace(/[.][^.]*$/, ''))).toEqual({ clip, loudest: isFirst ? loudest : null });
  });

  test('embeddings are compared by direction, and an embedding of zeros is similar to nothing', () => {
    expect(cosine(Float32Array.of(1, 2), Float32Array.of(10, 20))).toBeCloseTo(1, 6);
    expect(cosine(Float32Array.of(1, 0), Float32Array.of(0, 1))).toBe(0);
    expect(cosine(Float32Array.of(0, 0), Float32Array.of(0, 0))).toBe(0);
  });

  const sound = (clip: number[], loudest: number[] | null = null) => ({
    clip: Float32Array.from(clip),
    loudest: loudest && Float32Array.from(loudest),
  });

  test('the most similar ignored sound is found, or none when none is similar enough', () => {
    const known = [sound([1, 0.3]), sound([1, 0.1]), sound([1, 0.2])];
    expect(mostAlike(known, sound([1, 0]), { above: 0.9, withLoudest: null })).toBe(known[1]);
    expect(mostAlike(known, sound([0, 1]), { above: 0.9, withLoudest: null })).toBeNull();
  });

  describe('with loudest parts', () => {
    // Around the mean [10, 0], the real sounds are at [0, 1] and [0, -1].
    const real = realSounds('a'.repeat(64), 0, [Float32Array.of(10, 1), Float32Array.of(10, -1)]);
    const likeness = { above: 0.99, withLoudest: { above: 0.9, loudestAbove: 0.95, real } };
    const known = [sound([1, 0], [11, 0])];

    test.each([
      ['similar loudest parts, and less similar clips', sound([1, 0.3], [12, 0.1]), true],
      ['similar loudest parts, but too different clips', sound([1, 0.6], [12, 0.1]), false],
      ['different loudest parts, and less similar clips', sound([1, 0.3], [10, 1]), false],
      ['different loudest parts, but very similar clips', sound([1, 0.1], [10, 1]), false],
      ['loudest parts that are similar only in what all sounds have in common', sound([1, 0.3], [9, 0]), false],
      ['no loudest part, but very similar clips', sound([1, 0.1]), true],
      ['no loudest part, and less similar clips', sound([1, 0.3]), false],
    ])('%s', (_, other, isSame) => {
      expect(mostAlike(known, other, likeness)).toBe(isSame ? known[0] : null);
    });

    test('an ignored sound that resembles a real one must be even more similar', () => {
      const likeReal = [sound([1, 0], [10.2, 1])];
      const other = sound([1, 0.3], [10.5, 1]);
      expect(namesCosine(likeReal[0]!.loudest!, other.loudest!, real)).toBeGreaterThan(0.95);
      expect(mostAlike(likeReal, other, likeness)).toBeNull();
      expect(mostAlike(likeReal, sound([1, 0.3], [10.1, 1]), likeness)).toBe(likeReal[0]);
    });

    test('an ignored sound without a loudest part is compared by its clip', () => {
      const older = [sound([1, 0])];
      expect(mostAlike(older, sound([1, 0.1], [11, 0]), likeness)).toBe(older[0]);
      expect(mostAlike(older, sound([1, 0.3], [11, 0]), likeness)).toBeNull();
    });

    test('the names are a part of the embedding', () => {
      const names = namesIn(Float32Array.of(7, 1, 2, 9), { ...real, namesFrom: 1 });
      expect(names).toEqual(Float32Array.of(1, 2));
    });
  });
});
