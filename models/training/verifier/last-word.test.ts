import { describe, expect, test } from '@jest/globals';
import { Random } from '../../synthesis/random.ts';
import { beside, fitScoreWeights, WORDS, type Heard, type ScoreWeights, type Word } from './last-word.ts';

const random = new Random('judgement');

type Lift = Partial<Record<Word, number>>;

/** Inputs that are 0 because no repetition was measured and the sound just began. */
const UNMEASURED: readonly Word[] = ['proof', 'repeated', 'differ', 'old', 'early'];

/**
 * Candidates whose measured inputs are noise with a deviation of 1. For real candidates each input is higher by its
 * `lift`.
 */
const candidates = (count: number, lift: Lift, label = 0): Heard[] =>
  Array.from({ length: count }, () => {
    const isReal = random.chance(0.5);
    const words = WORDS.map((word) => {
      const noise = UNMEASURED.includes(word) ? 0 : random.normal();
      return [word, (isReal ? (lift[word] ?? 0) : 0) + noise];
    });
    return { ...(Object.fromEntries(words) as Record<Word, number>), label, isReal };
  });

const isRight =
  (weights: ScoreWeights) =>
  (one: Heard): boolean => {
    const sum = WORDS.reduce((all, word) => all + weights[word][one.label]! * one[word], weights.bias[one.label]!);
    return sum > 0 === one.isReal;
  };

describe('the score weights', () => {
  test('an input that separates held-back candidates better gets a higher weight', () => {
    const lift = { network: 1, device: 3 };
    const weights = fitScoreWeights(candidates(300, lift), 1);
    expect(weights.device[0]).toBeGreaterThan(weights.network[0]!);
    expect(candidates(300, lift).filter(isRight(weights)).length).toBeGreaterThan(255);
  });

  test('the input for other sounds counts against the label', () => {
    const lift = { network: 1, other: -3 };
    const weights = fitScoreWeights(candidates(300, lift), 1);
    expect(weights.other[0]).toBeLessThan(-0.5);
    expect(candidates(300, lift).filter(isRight(weights)).length).toBeGreaterThan(255);
  });

  test('no input gets a weight with the wrong sign', () => {
    const { device, network, other } = fitScoreWeights(candidates(300, { network: 2, device: -2, other: 2 }), 1);
    expect(device[0]).toBeCloseTo(0, 9);
    expect(other[0]).toBeCloseTo(0, 9);
    expect(network[0]).toBeGreaterThan(0);
  });

  test('a repetition counts against the label unless it is proven', () => {
    const birds = candidates(200, { network: 1 }).map((one) => {
      const proof = one.isReal ? random.uniform(0.5, 1.2) : random.uniform(0.1, 0.5);
      return { ...one, repeated: 1, proof };
    });
    const { proof, repeated } = fitScoreWeights(birds, 1);
    expect(proof[0]).toBeGreaterThan(2);
    expect(repeated[0]).toBeLessThan(-1);
  });

  test('a sound that was there before counts against the label, even in a fit with few of them', () => {
    const crickets = candidates(300, { network: 3 }).map((one, n) => ({
      ...one,
      old: !one.isReal && n % 20 === 0 ? 1 : 0,
    }));
    expect(fitScoreWeights(crickets, 1).old[0]).toBeLessThan(-2);
  });

  test('an early report counts against the label whatever the fit shows, and changes no other weight', () => {
    const known = candidates(200, { network: 3 });
    const fitted = fitScoreWeights(
      known.map((one) => ({ ...one, early: Number(one.isReal) })),
      1,
    );
    expect(fitted).toEqual(fitScoreWeights(known, 1));
    expect(fitted.early[0]).toBe(-6);
  });

  test('a label that was not fitted keeps the weights of the release', () => {
    const fresh = fitScoreWeights(candidates(200, { network: 2 }), 2);
    const old = new Float32Array([7, 8]);
    const mixed = beside(fresh, () => old, [true, false]);
    for (const word of [...WORDS, 'bias'] as const) expect([...mixed[word]]).toEqual([fresh[word][0], 8]);
  });

  test('a label with too few real or false candidates keeps the prior weights', () => {
    const weights = fitScoreWeights(candidates(30, { device: 3 }, 1), 2);
    expect([...WORDS, 'bias' as const].map((word) => [...weights[word]])).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
      [-0.25, -0.25],
      [1, 1],
      [0, 0],
      [1, 1],
      [4, 4],
      [-2, -2],
      [-2, -2],
      [-4, -4],
      [-6, -6],
      [0, 0],
    ]);
  });
});
