/** Plays recorded streams to the device's own events, to count what a device would send of a label. */
import { LabelDecider } from '@earshot/device/detect/decision.ts';
import type { Detection } from '@earshot/device/detect/detection.ts';
import { evidenceNames } from '@earshot/device/detect/evidence.ts';
import { LabelWatch } from '@earshot/device/detect/label-watch.ts';
import { SoundEvent } from '@earshot/device/detect/sound-event.ts';
import type { LabelDecision } from '@earshot/shared/contracts/release.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { falseTimes, reportTimes } from './bags.ts';
import { BLOCK_SAMPLES } from './blocks.ts';
import type { Setting, Track } from './device-levels.ts';
import { evaluationAt } from './moment.ts';
import type { RecordedStream } from './recorded-stream.ts';

/** A candidate, and when it was sent; `again`: of a sound that was reported before. */
interface Sent {
  atS: number;
  again: boolean;
}

export class RecordedDevice {
  private readonly label: string;
  private readonly head: number;
  private readonly names: readonly string[];
  private decider: LabelDecider;

  /** `labels`: those of the network that recorded the streams. The floor is part of each setting. */
  constructor(label: string, labels: readonly string[], rules: Omit<LabelDecision, 'floor'>) {
    this.label = label;
    this.head = labels.indexOf(label);
    this.names = evidenceNames(labels);
    this.decider = new LabelDecider({ ...rules, floor: 0 }, this.names);
  }

  on(stream: RecordedStream): Track {
    const { label } = this;
    const { kind, seconds } = stream;
    const own = stream.events.filter((event) => event.label === label);
    const probabilities = this.probabilitiesOf(stream);
    const highest = probabilities.reduce((a, b) => Math.max(a, b), 0);
    const sentAt = (setting: Setting): Sent[] =>
      highest < setting.threshold ? [] : this.sentUnder(setting, stream, probabilities);
    const isFalseAt = falseTimes(label, stream);
    const falseAt = (setting: Setting): Sent[] => sentAt(setting).filter(({ atS }) => isFalseAt(atS));
    return {
      kind,
      seconds,
      events: own.length,
      falseCandidates: (setting) => falseAt(setting).length,
      falseSounds: (setting) => falseAt(setting).filter(({ again }) => !again).length,
      missed: (setting) => {
        const sent = sentAt(setting).map(({ atS }) => atS);
        return own.filter((event) => !sent.some(reportTimes(label, event))).length;
      },
    };
  }

  /** The candidates that the device sends. */
  sentOn(stream: RecordedStream, setting: Setting): Sent[] {
    return this.sentUnder(setting, stream, this.probabilitiesOf(stream));
  }

  private probabilitiesOf({ rows, atS }: RecordedStream): Float64Array {
    const evidence = new Float64Array(this.names.length);
    return Float64Array.from(atS, (_, i) => {
      evidence.set(rows.subarray(i * evidence.length, (i + 1) * evidence.length));
      return this.decider.probability(evidence);
    });
  }

  /** `probabilities`: those of all evaluations, calculated once. */
  private sentUnder(setting: Setting, stream: RecordedStream, probabilities: Float64Array): Sent[] {
    const watch = this.watchAt(setting);
    const out: Detection[] = [];
    let heardSamples = -Infinity;
    let isEnded = false;
    const followUntil = (untilSample: number): void => {
      // The time of a report depends on the block after which it is sent. When none is held, only the last block matters.
      for (let at = heardSamples; watch.isHolding && at < untilSample; at += BLOCK_SAMPLES)
        watch.follow(at, Infinity, out);
      watch.follow(untilSample, Infinity, out);
    };
    const end = (): void => {
      isEnded = true;
      followUntil(stream.endSample);
      watch.sendHeld(stream.endSample, out);
      watch.repeatEarly(stream.endSample, out);
    };
    for (let i = 0; i < probabilities.length; i++) {
      // The watch takes no notice of what is below the floor.
      if ((probabilities[i] as number) < setting.floor) continue;
      const evaluation = evaluationAt(stream, i, this.head);
      if (evaluation.isCutOff) end();
      else if (evaluation.nowSample > heardSamples) {
        followUntil(evaluation.nowSample - BLOCK_SAMPLES);
        heardSamples = evaluation.nowSample;
      }
      watch.evaluate(evaluation, () => 1, out);
    }
    if (!isEnded) end();
    return out.flatMap((one) =>
      one.type === 'candidate' ? [{ atS: one.detectedSample / SAMPLE_RATE, again: one.again }] : [],
    );
  }

  private watchAt({ threshold, floor }: Setting): LabelWatch {
    const { label, names } = this;
    if (this.decider.rules.floor !== floor) this.decider = new LabelDecider({ ...this.decider.rules, floor }, names);
    const event = new SoundEvent(this.decider.rules, SAMPLE_RATE);
    const setting = { threshold, level: 'medium' as const, isOn: true, silenced: null };
    return new LabelWatch(label, this.decider, event, setting);
  }
}
