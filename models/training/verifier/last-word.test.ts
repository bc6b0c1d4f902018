import { describe, expect, test } from '@jest/globals';
import { Random } from '../../synthesis/random.ts';
import { fitScoreWeights, type Heard, type ScoreWeights } from './last-word.ts';

const random = new Random('judgement');

/** Real ones are `network` and `device` higher on each side's scale than the others, each with a noise of one. */
const candidates = (count: number, lift: { network: number; device: number }, label = 0): Heard[] =>
  Array.from({ length: count }, () => {
    const isReal = random.chance(0.5);
    const side = (by: number): number => (isReal ? by : 0) + random.normal();
    return { label, network: side(lift.network), device: side(lift.device), isReal };
  });

const isRight =
  ({ network, device, bias }: ScoreWeights) =>
  (one: Heard): boolean => {
    const at = one.label;
    return network[at]! * one.network + device[at]! * one.device + bias[at]! > 0 === one.isReal;
  };

describe('the last word', () => {
  test('counts each side for what it is worth on sounds that neither has heard', () => {
    const lift = { network: 1, device: 3 };
    const weights = fitScoreWeights(candidates(300, lift), 1);
    expect(weights.device[0]).toBeGreaterThan(weights.network[0]!);
    expect(candidates(300, lift).filter(isRight(weights)).length).toBeGreaterThan(260);
  });

  test('never turns a word against itself', () => {
    const { device, network } = fitScoreWeights(candidates(300, { network: 2, device: -2 }), 1);
    expect(device[0]).toBe(0);
    expect(network[0]).toBeGreaterThan(0);
  });

  test('leaves a label alone that has too few candidates of either kind', () => {
    const { network, device, bias } = fitScoreWeights(candidates(30, { network: 0, device: 3 }, 1), 2);
    expect([network, device, bias].map((of) => [...of])).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });
});
