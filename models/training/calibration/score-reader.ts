import { InferenceSession, Tensor } from 'onnxruntime-node';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import { LogMel } from '@earshot/shared/features/log-mel.ts';
import { joinGraphs, type HeadFile, SCORES } from '@earshot/device/network/graph-join.ts';
import { FRAMES_PER_CALL, STATES } from '../publishing/release-shape.ts';
import { DEVICE_SHAPE } from '../network/device-network.ts';

/** The heads' raw scores, before any evidence is computed: [step * labels + label], steps of 40 ms. */
export interface Scores {
  labels: readonly string[];
  values: Float32Array;
}

/** The highest value of one column, for example the highest score of one label in a whole sound. */
export function highestOf(values: Float32Array, column: number, columns: number): number {
  let most = 0;
  for (let at = column; at < values.length; at += columns) most = Math.max(most, values[at] as number);
  return most;
}

/**
 * Runs the device's graph (trunk and heads joined) on whole sounds. Windows and thresholds can then be tried on the
 * scores.
 */
export class ScoreReader {
  readonly labels: readonly string[];
  private readonly session: InferenceSession;

  private constructor(labels: readonly string[], session: InferenceSession) {
    this.labels = labels;
    this.session = session;
  }

  static async open(trunk: Uint8Array, heads: readonly HeadFile[]): Promise<ScoreReader> {
    const session = await InferenceSession.create(joinGraphs(trunk, heads), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    });
    return new ScoreReader(
      heads.map(({ label }) => label),
      session,
    );
  }

  listen(): Listening {
    return new Listening(this.session, this.labels);
  }

  /** Reads the scores of a single sound, with silence before and after. */
  async scoresOf(samples: Float32Array): Promise<Scores> {
    const listening = this.listen();
    const values = await listening.push(samples);
    return { labels: this.labels, values };
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

/** Reads one source. The network's state and incomplete frames are kept between pushes. */
export class Listening {
  private readonly session: InferenceSession;
  private readonly labels: readonly string[];
  private readonly logMel = new LogMel(DEVICE_FRONT_END);
  private states: Record<string, Tensor>;
  private pending: Float32Array[] = [];

  constructor(session: InferenceSession, labels: readonly string[]) {
    this.session = session;
    this.labels = labels;
    this.states = Object.fromEntries(
      STATES.map(({ name, shape }) => [name, new Tensor('float32', new Float32Array(DEVICE_SHAPE.units), shape)]),
    );
  }

  /** Adds samples. Returns the scores of all network calls that these samples complete. */
  async push(samples: Float32Array): Promise<Float32Array> {
    this.logMel.push(samples, (mel) => this.pending.push(mel.slice()));
    const bands = DEVICE_FRONT_END.melBands;
    const frames = this.pending.length - (this.pending.length % FRAMES_PER_CALL);
    if (frames === 0) return new Float32Array(0);
    // The chunk size does not change the numbers, so all frames are passed in one call.
    const features = new Float32Array(frames * bands);
    this.pending.splice(0, frames).forEach((mel, i) => features.set(mel, i * bands));
    const outputs = await this.session.run({
      features: new Tensor('float32', features, [1, frames, bands]),
      ...this.states,
    });
    this.states = Object.fromEntries(STATES.map(({ name }) => [name, outputs[`${name}_out`] as Tensor]));
    const scores = (outputs[SCORES] as Tensor).data as Float32Array;
    if (scores.length !== (frames / DEVICE_SHAPE.framesPerStep) * this.labels.length)
      throw new RangeError(`the network returned ${scores.length} scores for ${frames} frames`);
    return scores;
  }
}
