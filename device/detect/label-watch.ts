/** Watches one label: turns evidence into decisions, events and explanations. */
import { describeSound, explain, isDecisive, isSeen, LEAST_PROOF } from '@earshot/shared/cadence/explain.ts';
import type { HighSound } from '@earshot/shared/cadence/high-sound.ts';
import {
  NO_CADENCE,
  PATTERNS,
  type Pattern,
  type Rhythm,
  type Rhythms,
} from '@earshot/shared/cadence/rhythm-reader.ts';
import type { HeardSound, Why } from '@earshot/shared/contracts/candidate.ts';
import type { MadeEmbedding } from '@earshot/shared/features/embedding.ts';
import { EARLY, KNOWN_S, OPEN_S } from '@earshot/shared/features/verifier-evidence.ts';
import { labelInfo, type Level } from '@earshot/shared/labels.ts';
import { shownReasons } from '../describe/shown-reasons.ts';
import type { LabelDecider } from './decision.ts';
import { repetitionsOf } from './evidence.ts';
import type { CandidateDetection, Detection } from './detection.ts';
import type { SilencedSounds } from './detector-settings.ts';
import type { SoundEvent } from './sound-event.ts';

/** One evaluation, the same for all labels. The source was processed up to `nowSample`. */
export interface Evaluation {
  evidence: Float64Array;
  rhythms: Rhythms;
  atSample: number;
  nowSample: number;
  levelDbfs: number;
  /** What sounds above 2 kHz, the louder one first. */
  highSounds: readonly HighSound[];
  /** Highest score of each head within the last seconds, looked up when it is needed. */
  scores: () => Readonly<Record<string, number>>;
  /** When the uninterrupted sound began, and whether it is heard at this moment. */
  beganSample: number;
  soundsNow: boolean;
  /** Whether the stream ends here. */
  isCutOff: boolean;
  /** The embedding of the last seconds, made when it is needed. */
  embedding: () => MadeEmbedding;
  /** What only the text of an alert needs, measured when it is needed. Recorded evaluations do not have it. */
  spectrum?: SpectrumReading;
  /** The time from the first to the last moment at which this label's sound was likely. */
  heardS?: number;
}

export interface SpectrumReading {
  /** Describes the sound since `beganSample`. */
  describe: (beganSample: number) => HeardSound | null;
  /** For how many of the last four seconds a tone was heard. */
  readonly toneS: number;
}

/** An alert never says 100 %, because no network is certain. */
const MOST_PERCENT = 99;

/** The ignored sounds of this home, and how long a sound's scores count as evidence. */
export interface Silencing {
  sounds: SilencedSounds;
  forSamples: number;
}

/** A report that was decided and not yet sent. */
interface HeldReport {
  detection: CandidateDetection;
  /** The report is sent after the first block that ends at or after this sample. */
  dueSample: number;
}

export class LabelWatch {
  readonly label: string;
  readonly decider: LabelDecider;
  readonly event: SoundEvent;
  threshold: number;
  level: Level;
  isOn: boolean;
  /** Null: the label is never silenced. */
  readonly silenced: Silencing | null;
  /** The probability at the last evaluation. */
  probability = 0;
  private eventId = 0;
  private heardReported = 0;
  private silencedId: string | null = null;
  /** Until then the silenced sound is not compared again. */
  private compareFrom = -Infinity;
  /** The last report, if it came early. */
  private early: CandidateDetection | null = null;
  /** Reports for whose clips the device still listens (`listenOnS`), oldest first. */
  private held: HeldReport[] = [];

  constructor(
    label: string,
    decider: LabelDecider,
    event: SoundEvent,
    setting: { threshold: number; level: Level; isOn: boolean; silenced: Silencing | null },
  ) {
    this.label = label;
    this.decider = decider;
    this.event = event;
    this.threshold = setting.threshold;
    this.level = setting.level;
    this.isOn = setting.isOn;
    this.silenced = setting.silenced;
  }

  get sounding(): { label: string; eventId: number; heardSample: number } | null {
    const { label, eventId, event } = this;
    return event.isOpen ? { label, eventId, heardSample: event.suspectedSample } : null;
  }

  /** Whether a report was decided and not yet sent. */
  get isHolding(): boolean {
    return this.held.length > 0;
  }

  /** Returns the watch for the same label of another release, which continues with this event. */
  continuedAs(next: LabelWatch): LabelWatch {
    const event = this.event;
    event.continueWith(next.decider.rules);
    const watch = new LabelWatch(this.label, next.decider, event, next);
    watch.eventId = this.eventId;
    watch.heardReported = this.heardReported;
    watch.silencedId = this.silencedId;
    watch.compareFrom = this.compareFrom;
    watch.early = this.early;
    watch.held = this.held;
    return watch;
  }

  /** `newEventId` is called only when a new event begins. */
  evaluate(evaluation: Evaluation, newEventId: () => number, out: Detection[]): void {
    const { decider, event, label, level } = this;
    const { evidence, atSample, nowSample } = evaluation;
    // A label that is off starts no event, but its current event still ends normally.
    this.probability = this.isOn ? decider.probability(evidence) : 0;
    if (this.probability >= decider.rules.floor) event.suspect(atSample, evaluation.highSounds);
    // Written as a negation so that NaN reports nothing.
    if (!(this.probability >= this.threshold) || !this.isOn) return;
    const rhythm = this.leadingRhythm(evaluation);
    const beganSample = Math.min(evaluation.beganSample, rhythm?.sinceSample ?? nowSample);
    const repetitions = this.repetitionsIn(evaluation.rhythms);
    const heard = {
      probability: this.probability,
      repetitions,
      highSounds: evaluation.highSounds,
      beganSample,
      soundsNow: evaluation.soundsNow,
      isEarly: this.awaitsT3 && repetitions === 0 && !evaluation.isCutOff && event.wouldBeEarly(atSample, beganSample),
    };
    if (!event.mayReport(atSample, heard) || this.isSilenced(evaluation, out)) return;
    const reported = event.report(atSample, heard);
    if (reported === null) return;
    if (reported === 'first') this.eventId = newEventId();
    this.heardReported = nowSample;
    const detection: CandidateDetection = {
      type: 'candidate',
      label,
      score: this.probability,
      level,
      why: this.why(evaluation, rhythm, heard.isEarly),
      startSample: beganSample,
      detectedSample: nowSample,
      eventId: this.eventId,
      again: reported === 'again',
      embedding: evaluation.embedding(),
    };
    this.early = heard.isEarly ? detection : null;
    this.held.push({ detection, dueSample: nowSample + event.listenOnSamples });
    if (event.listenOnSamples === 0 || evaluation.isCutOff) this.sendHeld(nowSample, out);
  }

  /** Sends all held reports, because no further sound may be in their clips. */
  sendHeld(atSample: number, out: Detection[]): void {
    this.sendDue(Infinity, atSample, out);
  }

  /** Sends the held reports that are due at `untilSample`; their clips end at `atSample`. */
  private sendDue(untilSample: number, atSample: number, out: Detection[]): void {
    for (let [first] = this.held; first && first.dueSample <= untilSample; [first] = this.held) {
      this.held.shift();
      // The same object, so that a report that came early is repeated with the clip with which it was sent.
      first.detection.detectedSample = atSample;
      out.push(first.detection);
    }
  }

  /**
   * Whether the sound is similar to one that the home ignores. It stays unreported for as long as its scores count as
   * evidence; a sound that is still suspected after that is compared again. A sound with the rhythm of a smoke or CO
   * alarm is never silenced.
   */
  private isSilenced({ rhythms, embedding, atSample }: Evaluation, out: Detection[]): boolean {
    const { silenced, label, event } = this;
    if (!silenced || isInRhythm(rhythms)) return false;
    if (atSample < this.compareFrom) return true;
    const soundId = silenced.sounds.find(label, embedding());
    if (soundId === null) return false;
    const isSame = soundId === this.silencedId && atSample - this.compareFrom < event.holdSamples;
    this.silencedId = soundId;
    this.compareFrom = atSample + silenced.forSamples;
    if (!isSame) out.push({ type: 'silenced', label, soundId, atSample });
    return true;
  }

  /**
   * How often a group has repeated in the standard rhythm of this label's alarms. A repetition with hardly any proof is
   * chance: crickets repeat T3 like this every five minutes. The rhythms of other alarms do not count: they are reported
   * by their own label.
   */
  private repetitionsIn(rhythms: Rhythms): number {
    if (labelInfo(this.label).class !== 'safety') return 0;
    const proven = this.ownStandards.map((pattern) => rhythms[pattern]).filter(({ proof }) => proof >= LEAST_PROOF);
    return Math.max(0, ...proven.map(repetitionsOf));
  }

  /** The standard rhythms that support this label. */
  private get ownStandards() {
    return STANDARDS.filter((pattern) => this.decider.weight(`rhythm_${pattern}`) > 0);
  }

  /**
   * Whether the verifier waits for what follows an early report. It does for alarms that sound in T3 only: a CO alarm
   * pauses for a minute after a T4 group once it has sounded for some minutes.
   */
  private get awaitsT3(): boolean {
    return labelInfo(this.label).class === 'safety' && this.decider.weight('rhythm_t3') > 0;
  }

  /**
   * Call it when the stream ends. A recent early report is made once more without the mark, because nobody can know how
   * its sound goes on: a recording of an alarm may be short.
   */
  repeatEarly(atSample: number, out: Detection[]): void {
    const { early, event } = this;
    if (!early || !event.maySoundOn(atSample)) return;
    out.push({ ...early, again: true, why: { ...early.why, evidence: { ...early.why.evidence, [EARLY]: 0 } } });
  }

  /**
   * Call it after each block, also when the block was skipped. Sends the reports for which the device has listened long
   * enough, and reports every `heardEverySamples` that a reported event continues, and once that it has ended.
   */
  follow(atSample: number, heardEverySamples: number, out: Detection[]): void {
    const { event, label, eventId } = this;
    this.sendDue(atSample, atSample, out);
    // While a report is held, the cloud may not know the event yet.
    const isKnown = event.isOpen && !this.isHolding;
    if (isKnown && event.suspectedSample >= this.heardReported + heardEverySamples) {
      this.heardReported = event.suspectedSample;
      out.push({ type: 'heard', label, eventId, atSample: event.suspectedSample });
    }
    if (event.isOver(atSample)) this.end(atSample, out);
  }

  /** Ends the reported event, because no further sound of it will be processed. */
  end(atSample: number, out: Detection[]): void {
    const { event, label, eventId } = this;
    this.sendHeld(atSample, out);
    if (event.close()) out.push({ type: 'ended', label, eventId, atSample: event.suspectedSample });
  }

  private why(evaluation: Evaluation, rhythm: Rhythm | null, isEarly: boolean): Why {
    const { evidence, rhythms, levelDbfs, scores, nowSample, spectrum, beganSample, heardS = 0 } = evaluation;
    const { decider, event, label, probability } = this;
    const cadence = rhythm?.cadence ?? NO_CADENCE;
    const proof = Math.max(0, ...this.ownStandards.map((pattern) => rhythms[pattern].proof));
    const heard = spectrum?.describe(beganSample) ?? null;
    const reasons = shownReasons(decider.reasons(evidence), {
      toneS: spectrum?.toneS ?? 0,
      isTone: heard?.isTone === true,
      heardS,
      proof,
      isSeen: this.ownStandards.some((pattern) => isSeen(rhythms[pattern].cadence)),
    });
    return {
      text:
        rhythm && isDecisive({ cadence, reasons, heard })
          ? explain(cadence, heard)
          : soundText(heard, label, probability),
      cadence,
      scores: { ...scores(), [label]: probability },
      levelDbfs,
      reasons,
      heard,
      evidence: {
        ...decider.measured(evidence),
        [OPEN_S]: event.openS(nowSample),
        ...(event.knownS === null ? {} : { [KNOWN_S]: event.knownS }),
        [EARLY]: Number(isEarly),
      },
    };
  }

  /**
   * The rhythm that supports this label most. While no group has repeated yet, it is the rhythm whose first group fits
   * best. Rhythms of other labels are ignored.
   */
  private leadingRhythm({ evidence, rhythms }: Evaluation): Rhythm | null {
    const { decider } = this;
    const best = (worth: (pattern: Pattern) => number): Rhythm | null => {
      const pattern = PATTERNS.reduce((a, b) => (worth(b) > worth(a) ? b : a));
      return worth(pattern) > 0 ? rhythms[pattern] : null;
    };
    return (
      best((pattern) => decider.share(`rhythm_${pattern}`, evidence)) ??
      best((pattern) => rhythms[pattern].cadence.fit * decider.weight(`rhythm_${pattern}`))
    );
  }
}

function soundText(heard: HeardSound | null, label: string, probability: number): string {
  const sure = `${Math.min(Math.round(probability * 100), MOST_PERCENT)} % sure`;
  return `${heard ? `${describeSound(heard)}, ` : ''}taken for ${labelInfo(label).words} (${sure})`;
}

/** The rhythms of the smoke alarms' and of the CO alarms' standard. */
const STANDARDS = ['t3', 't4'] as const;

/** Whether a group of a standard's rhythm has repeated. */
const isInRhythm = (rhythms: Rhythms): boolean => STANDARDS.some((pattern) => rhythms[pattern].proof > 0);
