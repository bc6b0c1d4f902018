/**
 * openWakeWord's method, for comparison: a public network's embedding of the last second, and a small head on it. The
 * head has the same shape, training and number of renderings as in `earshot teach`. Besides the embedding three things
 * differ: counterexamples and thresholds come from recordings only, not from house days; the score of a recording is
 * its highest logit; and the device's detector is not used.
 */
import { joinSamples } from '@earshot/shared/audio/join-samples.ts';
import type { Random } from '../../synthesis/random.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { DEVICE_SHAPE, type NetworkShape } from '../../training/network/device-network.ts';
import { logitsOf } from '../fit-head.ts';
import { HeadTrainer, renderedOf, type FittedHead, type Rendered } from '../head-trainer.ts';
import { practise, PRACTICES, TESTS } from '../practice.ts';
import { RECORDINGS_PER_DAY, type BankWindow } from '../sound-bank.ts';

/** Returns the embedding of a second of sound at 16 kHz. */
export type Embed = (second: Float32Array) => Promise<Float32Array>;

/** An embedding each 0.4 s: the step of the bank. */
const STEPS_EACH = 10;
const STEP_SAMPLES = 0.04 * SAMPLE_RATE;

export class EmbeddingPeer {
  private readonly embed: Embed;
  readonly shape: NetworkShape;
  private readonly scale: number;
  private readonly learn: readonly BankWindow[];
  private readonly measure: readonly BankWindow[];

  /** `windows`: embeddings of other sounds, computed by `rowsOf`. Every second one is used to set the thresholds. */
  constructor(embed: Embed, width: number, windows: readonly Float32Array[]) {
    this.embed = embed;
    this.shape = { ...DEVICE_SHAPE, units: width };
    this.scale = 1 / Math.max(1e-9, rmsOf(windows));
    const measured = windows.filter((_, n) => n % 2 === 1).length;
    const bank = windows.map((rows) => ({
      group: 'recordings',
      vectors: rows.map((value) => value * this.scale),
      perDay: RECORDINGS_PER_DAY / Math.max(1, measured),
    }));
    this.learn = bank.filter((_, n) => n % 2 === 0);
    this.measure = bank.filter((_, n) => n % 2 === 1);
  }

  /** Trains the head. `sounds`: the sounds that were cut out of the examples. */
  async teach(label: string, sounds: readonly Float32Array[], random: Random): Promise<FittedHead> {
    const render = async (count: number, from: number): Promise<Rendered[]> => {
      const rendered: Rendered[] = [];
      for (const [k, sound] of sounds.entries())
        for (let n = 0; n < count; n++)
          rendered.push(await renderedOf(this, label, practise(sound, random.fork(from + 100 * k + n))));
      return rendered;
    };
    const trainer = new HeadTrainer(label, this.shape, this.learn, this.measure);
    return trainer.fit(await render(PRACTICES, 0), await render(TESTS, 50), 1);
  }

  /** Returns the highest logit of each head in a recording. */
  async highest(
    heads: readonly { label: string; head: Pick<FittedHead, 'weights'> }[],
    samples: Float32Array,
  ): Promise<number[]> {
    const scaled = (await rowsOf(this.embed, samples)).map((value) => value * this.scale);
    return heads.map(({ label, head }) =>
      logitsOf(head.weights, label, this.shape, scaled).reduce((a, b) => Math.max(a, b), -Infinity),
    );
  }

  get width(): number {
    return this.shape.units;
  }

  /** Embeddings in the form in which a trunk returns them: a vector for each step of 40 ms. */
  async embeddingsOf(samples: Float32Array): Promise<Float32Array> {
    const { width } = this;
    const scaled = (await rowsOf(this.embed, samples)).map((value) => value * this.scale);
    const steps = new Float32Array(scaled.length * STEPS_EACH);
    for (let step = 0; step < steps.length / width; step++) {
      const row = Math.floor(step / STEPS_EACH);
      steps.set(scaled.subarray(row * width, (row + 1) * width), step * width);
    }
    return steps;
  }
}

/** Indexed by row * width + i. Each row is the embedding of the second of sound that ends with its steps. */
export async function rowsOf(embed: Embed, samples: Float32Array): Promise<Float32Array> {
  const rows: Float32Array[] = [];
  const each = STEPS_EACH * STEP_SAMPLES;
  for (let end = each; end <= samples.length; end += each) {
    const second = new Float32Array(SAMPLE_RATE);
    const from = Math.max(0, end - SAMPLE_RATE);
    second.set(samples.subarray(from, end), SAMPLE_RATE - (end - from));
    rows.push(await embed(second));
  }
  return joinSamples(rows);
}

function rmsOf(windows: readonly Float32Array[]): number {
  let [sum, count] = [0, 0];
  for (const window of windows) {
    for (const value of window) sum += value ** 2;
    count += window.length;
  }
  return Math.sqrt(sum / Math.max(1, count));
}
