/** Trains a head with thresholds from rendered examples and the bank. */
import { joinSamples } from '@earshot/shared/audio/join-samples.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import { targetsOf, YES } from '../training/data/targets.ts';
import type { NetworkShape } from '../training/network/device-network.ts';
import type { PlainWeights } from '../training/onnx/device-graphs.ts';
import { fitHead, logitsOf, rescaled } from './fit-head.ts';
import { MistakeRate, type ScoredWindow } from './mistake-rate.ts';
import type { Practice } from './practice.ts';
import type { BankWindow } from './sound-bank.ts';
import type { TrunkReader } from './trunk-reader.ts';

/** A rendered example as the trunk outputs it. */
export interface Rendered {
  embeddings: Float32Array;
  targets: Uint8Array;
}

export interface FittedHead {
  weights: PlainWeights;
  /** Logits of the rescaled head. */
  thresholds: Record<Level, number>;
  rate: MistakeRate;
}

/** The highest number of false alerts per day for each sensitivity level. Medium: one in five days. */
const MOST_PER_DAY: Record<Level, number> = { low: 0.07, medium: 0.2, high: 0.6 };
/**
 * When a threshold is raised to avoid even more false alerts, at most this share of the rendered examples may fall
 * below it.
 */
const SPARE = 0.05;
/**
 * The device limits the odds of a score to the range from 1:100 to 100:1. Thresholds must lie within that range, and a
 * sound that the head is sure of must score well above its threshold.
 */
const FARTHEST = 3;
const STEEPEST = 1;
/** The device averages scores over 0.4 s. */
const SHORT_STEPS = 10;

export async function renderedOf(
  trunk: Pick<TrunkReader, 'embeddingsOf' | 'width'>,
  label: string,
  { samples, startS, endS }: Practice,
): Promise<Rendered> {
  const embeddings = await trunk.embeddingsOf(samples);
  const steps = embeddings.length / trunk.width;
  return { embeddings, targets: targetsOf([{ label, startS, endS }], [], steps, [label]) };
}

export class HeadTrainer {
  private readonly label: string;
  private readonly shape: NetworkShape;
  private readonly learn: Float32Array;
  private readonly measure: readonly BankWindow[];

  constructor(label: string, shape: NetworkShape, learn: readonly BankWindow[], measure: readonly BankWindow[]) {
    this.label = label;
    this.shape = shape;
    this.learn = joinSamples(learn.map(({ vectors }) => vectors));
    this.measure = measure;
  }

  /** `practices` are trained on; `spare` are other renderings of the same examples, for setting the thresholds. */
  async fit(
    practices: readonly Rendered[],
    spare: readonly Rendered[],
    seed: number,
    signal?: AbortSignal,
  ): Promise<FittedHead> {
    const { label, shape } = this;
    const raw = await fitHead(
      label,
      shape,
      {
        embeddings: joinSamples(practices.map(({ embeddings }) => embeddings)),
        targets: Uint8Array.from(practices.flatMap(({ targets }) => [...targets])),
        others: this.learn,
      },
      seed,
      signal,
    );
    const placed = this.place(
      new MistakeRate(this.scored(raw)),
      spare.map((one) => this.highestOf(raw, one)),
    );
    const farthest = Math.max(...LEVELS.map((level) => Math.abs(placed[level] - placed.medium)));
    const scale = Math.min(STEEPEST, FARTHEST / Math.max(1e-6, farthest));
    const weights = rescaled(raw, label, scale, placed.medium);
    return {
      weights,
      thresholds: {
        low: scale * (placed.low - placed.medium),
        medium: 0,
        high: scale * (placed.high - placed.medium),
      },
      rate: new MistakeRate(this.scored(weights)),
    };
  }

  /** The highest score of a rendered example as the device measures it: a mean over 0.4 s, as a logit. */
  highestOf(weights: PlainWeights, { embeddings, targets }: Rendered): number {
    const logits = logitsOf(weights, this.label, this.shape, embeddings);
    const scores = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
    let highest = 0;
    for (let step = SHORT_STEPS; step <= scores.length; step++) {
      if (!targets.subarray(step - SHORT_STEPS, step).includes(YES)) continue;
      let sum = 0;
      for (let i = step - SHORT_STEPS; i < step; i++) sum += scores[i] as number;
      highest = Math.max(highest, sum / SHORT_STEPS);
    }
    return Math.log(Math.max(1e-9, highest) / Math.max(1e-9, 1 - highest));
  }

  private scored(weights: PlainWeights): ScoredWindow[] {
    return this.measure.map(({ group, vectors, perDay }) => ({
      group,
      highest: logitsOf(weights, this.label, this.shape, vectors).reduce((a, b) => Math.max(a, b), -Infinity),
      perDay,
    }));
  }

  /**
   * Sets each threshold so that the level's limit of false alerts holds. When the examples score clearly higher, the
   * threshold is moved half way towards their scores: this avoids false alerts without more misses.
   */
  private place(rate: MistakeRate, examples: readonly number[]): Record<Level, number> {
    const allowed = (level: Level): number => rate.thresholdFor(MOST_PER_DAY[level]);
    const lowest = examples.toSorted((a, b) => a - b)[Math.floor(SPARE * examples.length)] ?? -Infinity;
    const medium = Math.max(allowed('medium'), (allowed('medium') + lowest) / 2);
    return { low: Math.max(allowed('low'), medium), medium, high: allowed('high') };
  }
}
