/**
 * Every evaluation that the device's own detector made on a sound, and the true events in that sound. `recorded-device.ts`
 * plays the evaluations to the device's own events.
 */
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import { evidenceNames } from '@earshot/device/detect/evidence.ts';
import type { Network } from '@earshot/device/network/network.ts';
import type { LeftOut } from '../../scenes/scene-types.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { momentOf, type RecordedEvaluations } from './moment.ts';

export interface Truth {
  events: { label: string; startS: number; endS: number }[];
  ignored: LeftOut[];
}

export interface RecordedStream extends Truth, RecordedEvaluations {
  kind: StreamKind;
  seconds: number;
  /** The position up to which the sound was processed. */
  endSample: number;
}

/**
 * The kinds of streams: a single event, recorded confusers back to back, synthesised appliances and the like, a day of
 * a home.
 */
export type StreamKind = 'event' | 'confusers' | 'appliances' | 'day';

/** Length of the silence after a sound, so that its last group of beeps is measured. Replay plays the same silence. */
const TAIL_S = 3;

export class StreamRecorder {
  private readonly detector: Detector;
  private readonly rows: Float32Array[] = [];
  private readonly atS: number[] = [];
  private readonly moments: Float64Array[] = [];
  private readonly truth: Truth = { events: [], ignored: [] };
  private pushedSamples = 0;

  constructor(network: Network, gate = false) {
    this.detector = new Detector(network, {
      settings: listenToAll(network.labels, 'medium', gate),
      onEvaluation: (_, atSample, evidence, evaluations) => {
        this.rows.push(Float32Array.from(evidence));
        this.atS.push(atSample / SAMPLE_RATE);
        this.moments.push(momentOf(evaluations));
      },
    });
  }

  /** The times of `events` and `ignored` are in seconds since this recorder began. */
  async push(samples: Float32Array, { events, ignored }: Truth): Promise<void> {
    this.truth.events.push(...events);
    this.truth.ignored.push(...ignored);
    this.pushedSamples += samples.length;
    await this.detector.push(samples);
  }

  get seconds(): number {
    return this.pushedSamples / SAMPLE_RATE;
  }

  /** Ends the stream with silence and a last evaluation, as the detector does at the end of a recording. */
  async finish(kind: StreamKind, width: number): Promise<RecordedStream> {
    const { seconds } = this;
    await this.detector.push(new Float32Array(TAIL_S * SAMPLE_RATE));
    await this.detector.finish();
    const rows = new Float32Array(this.rows.length * width);
    this.rows.forEach((row, i) => rows.set(row, i * width));
    const momentNumbers = this.moments[0]?.length ?? 0;
    const moments = new Float64Array(this.moments.length * momentNumbers);
    this.moments.forEach((moment, i) => moments.set(moment, i * momentNumbers));
    const { heardSamples: endSample } = this.detector;
    return { ...this.truth, kind, seconds, rows, atS: Float64Array.from(this.atS), moments, endSample };
  }
}

export async function recordStream(
  network: Network,
  samples: Float32Array,
  truth: Truth,
  kind: StreamKind,
): Promise<RecordedStream> {
  const recorder = new StreamRecorder(network);
  await recorder.push(samples, truth);
  return recorder.finish(kind, evidenceNames(network.labels).length);
}
