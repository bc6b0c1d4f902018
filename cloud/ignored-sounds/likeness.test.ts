import { describe, expect, test } from '@jest/globals';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { cosine, decodeEmbedding, encodeEmbedding } from '@earshot/shared/features/embedding.ts';
import { mostAlike, sameSoundAbove, showsStandardRhythm } from './likeness.ts';

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

describe('how similar two clips must be', () => {
  test('the similarity threshold in the release is used for a label, else the built-in threshold of the label', () => {
    expect(sameSoundAbove('smoke_alarm', { smoke_alarm: 0.9 })).toBe(0.9);
    expect(sameSoundAbove('smoke_alarm', { glass_break: 0.9 })).toBe(sameSoundAbove('smoke_alarm', undefined));
    expect(sameSoundAbove('glass_break', undefined)).toBeGreaterThan(sameSoundAbove('smoke_alarm', undefined));
    expect(sameSoundAbove('taught_upkeep_doorbell_ab12', {})).toBe(sameSoundAbove('glass_break', undefined));
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
    expect(mostAlike(known, Float32Array.of(1, 0), 0.9)).toBe(known[1]);
    expect(mostAlike(known, Float32Array.of(0, 1), 0.9)).toBeNull();
  });
});
