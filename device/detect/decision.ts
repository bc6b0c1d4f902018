/** One label's decision: `bias + sum(weight x evidence)`, as log-odds. Every number comes from the release. */
import { LEAST_SHARE } from '@earshot/shared/cadence/explain.ts';
import type { Reason } from '@earshot/shared/contracts/candidate.ts';
import type { LabelDecision } from '@earshot/shared/contracts/release.ts';
import { reasonOf } from './evidence.ts';

export class LabelDecider {
  readonly rules: LabelDecision;
  private readonly names: readonly string[];
  private readonly indices: Int32Array;
  private readonly weights: Float64Array;

  /** `names`: the names of the evidence, in the same order as the values that are passed later. */
  constructor(rules: LabelDecision, names: readonly string[]) {
    const weighed = Object.entries(rules.weights);
    this.rules = rules;
    this.names = weighed.map(([name]) => name);
    this.indices = Int32Array.from(weighed, ([name]) => {
      const index = names.indexOf(name);
      if (index < 0) throw new RangeError(`The evidence ${name} is not measured.`);
      return index;
    });
    this.weights = Float64Array.from(weighed, ([, weight]) => weight);
  }

  /** The probability that this label's sound is present. */
  probability(evidence: Float64Array): number {
    let sum = this.rules.bias;
    for (let i = 0; i < this.weights.length; i++)
      sum += (this.weights[i] as number) * (evidence[this.indices[i] as number] as number);
    return 1 / (1 + Math.exp(-sum));
  }

  /** The evidence that supports the label with at least a tenth of all support, largest share first. */
  reasons(evidence: Float64Array): Reason[] {
    const shares = new Map<string, { value: number; share: number }>();
    let total = 0;
    this.names.forEach((name, i) => {
      const value = evidence[this.indices[i] as number] as number;
      const share = (this.weights[i] as number) * value;
      if (share <= 0) return;
      total += share;
      const reason = reasonOf(name);
      const known = shares.get(reason);
      shares.set(reason, { value: Math.max(value, known?.value ?? value), share: share + (known?.share ?? 0) });
    });
    return [...shares]
      .map(([name, { value, share }]) => ({ evidence: name, value, share: share / total }))
      .filter(({ share }) => share >= LEAST_SHARE)
      .sort((a, b) => b.share - a.share);
  }

  /** The values of the evidence that has a weight, by name. */
  measured(evidence: Float64Array): Record<string, number> {
    return Object.fromEntries(this.names.map((name, i) => [name, evidence[this.indices[i] as number] as number]));
  }

  /** How much the piece of evidence `name` supports the label; 0 when it has no weight. */
  share(name: string, evidence: Float64Array): number {
    const i = this.names.indexOf(name);
    return i < 0 ? 0 : this.weight(name) * (evidence[this.indices[i] as number] as number);
  }

  weight(name: string): number {
    return this.rules.weights[name] ?? 0;
  }
}
