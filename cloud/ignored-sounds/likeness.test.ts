import { describe, expect, test } from '@jest/globals';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { cosine, decodeEmbedding, encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { mostAlike, neededLikeness, showsStandardRhythm } from './likeness.ts';

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

const VERIFIER = 'a'.repeat(64);
/** The first number of each embedding of this verifier is about 100. */
const centre = { values: Float32Array.of(100, 0, 0), by: VERIFIER };
const levelsOf = (medium: number) => ({
  low: { threshold: 0.9, perDay: 0, missRate: 0 },
  medium: { threshold: medium, perDay: 0, missRate: 0 },
  high: { threshold: 0.1, perDay: 0, missRate: 0 },
});
const verifier = { levels: { glass_break: levelsOf(0.8), door: levelsOf(0.8) } };
const heard = (label: string, score: number | null, values = [100, 1, 0, 7], by = VERIFIER) => ({
  label,
  embedding: { values: Float32Array.from(values), by },
  score,
});

describe('how similar two clips must be', () => {
  const above = (label: string, stated?: Record<string, number>) =>
    neededLikeness(heard(label, 1), { ...verifier, sameSoundAbove: stated }, centre).above;

  test("the release's similarity threshold for a label is used; without one, the built-in threshold of the label", () => {
    expect(above('smoke_alarm', { smoke_alarm: 0.9 })).toBe(0.9);
    expect(above('smoke_alarm', { glass_break: 0.9 })).toBe(above('smoke_alarm'));
    expect(above('glass_break')).toBeGreaterThan(above('smoke_alarm'));
    expect(above('taught_upkeep_doorbell_ab12', {})).toBe(above('glass_break'));
  });

  test('glass that would not alert at medium sensitivity needs a lower cosine, and a centred cosine', () => {
    const unsure = neededLikeness(heard('glass_break', 0.79), verifier, centre);
    expect(unsure.above).toBeLessThan(above('glass_break'));
    expect(unsure.centred).toEqual({ above: expect.any(Number), centre: centre.values });
  });

  test.each([
    ['a clip that alerts at medium sensitivity', heard('glass_break', 0.8)],
    ['a clip without a score', heard('glass_break', null)],
    ['another label', heard('door', 0.5)],
    ['another verifier than that of the centre', heard('glass_break', 0.5, [100, 1, 0, 7], 'b'.repeat(64))],
    ['an embedding that is shorter than the centre', heard('glass_break', 0.5, [100, 1])],
  ])('%s needs the usual cosine', (_, clip) => {
    expect(neededLikeness(clip, verifier, centre)).toEqual({ above: above('glass_break'), centred: null });
  });

  test('a threshold that the release states is used for every score', () => {
    const stated = { ...verifier, sameSoundAbove: { glass_break: 0.9 } };
    expect(neededLikeness(heard('glass_break', 0.5), stated, centre)).toEqual({ above: 0.9, centred: null });
  });
});

describe('embeddings', () => {
  test('embeddings are read from the database unchanged', () => {
    const values = Float32Array.of(0, 1.5, -3e-20, 12_345.678);
    expect(decodeEmbedding(encodeEmbedding(values))).toEqual(values);
  });

  test('embeddings are compared by direction, and an embedding of zeros is similar to nothing', () => {
    expect(cosine(Float32Array.of(1, 2), Float32Array.of(10, 20))).toBeCloseTo(1, 6);
    expect(cosine(Float32Array.of(1, 0), Float32Array.of(0, 1))).toBe(0);
    expect(cosine(Float32Array.of(0, 0), Float32Array.of(0, 0))).toBe(0);
  });

  test('the most similar ignored sound is found, or none when none is similar enough', () => {
    const known = [{ values: Float32Array.of(1, 0.3) }, { values: Float32Array.of(1, 0.1) }];
    expect(mostAlike(known, Float32Array.of(1, 0), { above: 0.9, centred: null })).toBe(known[1]);
    expect(mostAlike(known, Float32Array.of(0, 1), { above: 0.9, centred: null })).toBeNull();
  });

  test('two sounds whose embeddings are similar only in what all embeddings have in common are different sounds', () => {
    const likeness = { above: 0.99, centred: { above: 0.86, centre: centre.values } };
    const known = [{ values: Float32Array.of(100, 3, 0, 0) }];
    const other = Float32Array.of(100, 0, 3, 0);
    expect(cosine(known[0]!.values, other)).toBeGreaterThan(0.99);
    expect(mostAlike(known, other, likeness)).toBeNull();
    expect(mostAlike(known, Float32Array.of(100.2, 2, 0.5, 0), likeness)).toBe(known[0]);
  });

  test('the centred cosine leaves out the evidence at the end of the embeddings, and the threshold of the plain cosine must be reached too', () => {
    const likeness = { above: 0.99, centred: { above: 0.86, centre: centre.values } };
    const known = [{ values: Float32Array.of(100, 3, 0, 5) }];
    expect(mostAlike(known, Float32Array.of(100, 3, 0, -5), likeness)).toBe(known[0]);
    expect(mostAlike(known, Float32Array.of(100, 300, 0, 5), likeness)).toBeNull();
  });
});
