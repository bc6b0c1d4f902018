/** The state of one label's events, with times in samples: quiet, suspected, reported, ended. */
import type { HighSound } from '@earshot/shared/cadence/high-sound.ts';
import type { LabelDecision } from '@earshot/shared/contracts/release.ts';
import { KnownSounds, type ToneRules } from './known-sounds.ts';

export type Reported = 'first' | 'again';

/** One evaluation: how likely the label is, how often a group of its standard's rhythm has repeated, and what sounds above 2 kHz. */
export interface Heard {
  probability: number;
  /** How often a group of the label's own standard has repeated, in consecutive groups: 0, 1 or 2 (2 is also more). */
  repetitions: number;
  highSounds: readonly HighSound[];
  /** When the sound began. */
  beganSample: number;
  /** Whether the sound is heard at this moment. */
  soundsNow: boolean;
  /** Whether a report now comes so early that a rhythm of the label could not have repeated yet. */
  isEarly: boolean;
}

/**
 * Before a sound has lasted for this long, nobody can know whether it is an alarm: T3 repeats its group after 3.6 to 4.4 s
 * (ISO 8201: 4 s), and by now half a second of the next beep has been heard. Many appliances beep for less than that.
 */
const EARLY_S = 5;

export class SoundEvent {
  rules: LabelDecision;
  private readonly sampleRate: number;
  /** When the probability last reached the floor. */
  suspectedSample = -Infinity;
  private reportedSample = -Infinity;
  /** How far the waits have grown, in reports, and how far they had grown before the last news. */
  private reports = 0;
  private reportsBeforeNews = 0;
  /** The highest log-odds of all reports of this event. */
  private surestOdds = -Infinity;
  /** The tones above 2 kHz that are heard. */
  private readonly known: KnownSounds;
  /**
   * For how many seconds the high tone that went on had been known at the last report: 0 when it was new. Null when the
   * label's reports do not slow down.
   */
  knownS: number | null = null;
  /** How often the standard's group had repeated at the last report. */
  private repetitions = 0;
  /** Whether the event was reported early and has not been reported since its sound became five seconds old. */
  private wasEarly = false;
  private openSince: number | null = null;
  private tokens: number;
  private refilledSample = 0;

  constructor(rules: LabelDecision, sampleRate: number) {
    this.rules = rules;
    this.sampleRate = sampleRate;
    this.tokens = rules.burst;
    this.known = new KnownSounds(sampleRate);
  }

  /** Whether an event was reported and has not ended. */
  get isOpen(): boolean {
    return this.openSince !== null;
  }

  /** For how many seconds the event has been reported. */
  openS(atSample: number): number {
    return this.openSince === null ? 0 : (atSample - this.openSince) / this.sampleRate;
  }

  /** Goes on with the rules of another release, whose probabilities may have another scale. */
  continueWith(rules: LabelDecision): void {
    this.rules = rules;
    this.surestOdds = -Infinity;
  }

  suspect(atSample: number, sounds: readonly HighSound[]): void {
    const { toneRules } = this;
    this.suspectedSample = atSample;
    if (toneRules) this.known.hear(sounds, atSample, toneRules);
  }

  /** Whether a first report at this moment comes too early to know whether the sound is an alarm. */
  wouldBeEarly(atSample: number, beganSample: number): boolean {
    return !this.isOpen && this.isYoung(atSample, beganSample);
  }

  /** Whether the last report came early and is so recent that its sound may go on as an alarm. */
  maySoundOn(atSample: number): boolean {
    return this.isOpen && this.wasEarly && this.sinceReportS(atSample) < EARLY_S;
  }

  /** Whether an event whose probability reached the threshold may be reported now. */
  mayReport(atSample: number, heard: Heard): boolean {
    if (this.sinceReportS(atSample) < this.waitS(atSample, heard)) return false;
    this.refill(atSample);
    // These need no token: the last one may have been used for the early report, which the verifier may have rejected.
    return this.tokens >= (this.isRepetition(heard) || this.isSecondLook(atSample, heard) ? 0 : 1);
  }

  /**
   * Call it when the probability reached the threshold. Returns whether the event may be reported now, as the first
   * report or a repetition.
   */
  report(atSample: number, heard: Heard): Reported | null {
    if (!this.mayReport(atSample, heard)) return null;
    // A second look completes the first report: it needs no token, and the waits do not grow by it.
    const isSecondLook = this.isSecondLook(atSample, heard);
    if (!isSecondLook) this.tokens = Math.max(0, this.tokens - 1);
    this.reportedSample = atSample;
    const isNews = this.isNews(heard);
    if (isNews || !isSecondLook) this.count(isNews);
    this.surestOdds = Math.max(this.surestOdds, logOdds(heard.probability));
    this.rememberReport(heard.highSounds, atSample);
    this.repetitions = heard.repetitions;
    if (heard.isEarly) this.wasEarly = true;
    else if (isSecondLook) this.wasEarly = false;
    const kind = this.isOpen ? 'again' : 'first';
    this.openSince ??= atSample;
    return kind;
  }

  /** Measures for how long the tone of this report has been known, and remembers that it was reported. */
  private rememberReport(sounds: readonly HighSound[], atSample: number): void {
    const { toneRules } = this;
    this.knownS = toneRules && this.known.knownS(sounds, atSample, toneRules);
    if (toneRules) this.known.report(sounds, atSample, toneRules);
  }

  /** The rules for sounds that go on; null when the label's reports do not slow down. */
  private get toneRules(): ToneRules | null {
    const { slowdown, holdS } = this.rules;
    return slowdown ? { ...slowdown, holdS } : null;
  }

  /**
   * Counts a report for the next wait. News starts the waits again, but only for a few reports: a cricket has some loud
   * moments, too, and after them it is still the sound that was reported for an hour.
   */
  private count(isNews: boolean): void {
    const { newsReports = Infinity } = this.rules.slowdown ?? {};
    if (isNews) {
      this.reportsBeforeNews = Math.max(this.reportsBeforeNews, this.reports);
      this.reports = 0;
    }
    this.reports++;
    if (this.reports >= newsReports) this.reports = Math.max(this.reports, this.reportsBeforeNews);
  }

  /** Whether a reported event has ended, because its sound has been absent for longer than an alarm may pause. */
  isOver(atSample: number): boolean {
    return this.isOpen && atSample - this.suspectedSample >= this.holdSamples;
  }

  /** Longer silence separates two sounds. */
  get holdSamples(): number {
    return this.rules.holdS * this.sampleRate;
  }

  /** For how long the device listens between its decision and the report. */
  get listenOnSamples(): number {
    return (this.rules.listenOnS ?? 0) * this.sampleRate;
  }

  /** Returns true if the event was open. */
  close(): boolean {
    const wasOpen = this.isOpen;
    this.openSince = null;
    this.reports = 0;
    this.reportsBeforeNews = 0;
    this.surestOdds = -Infinity;
    this.repetitions = 0;
    this.wasEarly = false;
    return wasOpen;
  }

  /** The least time from the last report to the next one. */
  private waitS(atSample: number, heard: Heard): number {
    const { refractoryS, refillS, slowdown } = this.rules;
    // The verifier rejects what may be three beeps of an appliance. What follows shows whether it is an alarm.
    if (this.isRepetition(heard) || this.isSecondLook(atSample, heard)) return 0;
    if (!slowdown || this.reports === 0 || this.isNews(heard)) return refractoryS;
    const waitS = Math.min(refractoryS * slowdown.growth ** (this.reports - 1), slowdown.longestS);
    // What repeats in the standard's rhythm may be an alarm that began during another sound.
    return heard.repetitions > 0 ? Math.min(waitS, refillS) : waitS;
  }

  private sinceReportS(atSample: number): number {
    return (atSample - this.reportedSample) / this.sampleRate;
  }

  /**
   * Whether the group has repeated more often than at the last report. The verifier is surer with each group, and the
   * next report may be a minute away. A report without the rhythm lets it count anew: an alarm may begin after music.
   */
  private isRepetition({ repetitions }: Heard): boolean {
    return this.isOpen && repetitions > this.repetitions;
  }

  /** Whether a sound that was reported early has lasted long enough to be reported again. */
  private isSecondLook(atSample: number, { soundsNow, beganSample }: Heard): boolean {
    return this.isOpen && this.wasEarly && soundsNow && !this.isYoung(atSample, beganSample);
  }

  private isYoung(atSample: number, beganSample: number): boolean {
    return atSample - beganSample < EARLY_S * this.sampleRate;
  }

  /** Whether an alarm may have begun during the sound that was reported. */
  private isNews(heard: Heard): boolean {
    const { toneRules } = this;
    if (!toneRules) return false;
    const isSurer = logOdds(heard.probability) >= this.surestOdds + toneRules.newsNats;
    return this.isRepetition(heard) || isSurer || this.known.isNews(heard.highSounds, toneRules);
  }

  private refill(atSample: number): void {
    const earned = (atSample - this.refilledSample) / (this.rules.refillS * this.sampleRate);
    this.tokens = Math.min(this.rules.burst, this.tokens + earned);
    this.refilledSample = atSample;
  }
}

/** Log-odds are limited to this, because those of a probability that is rounded to 1 are infinite. */
const MOST_ODDS = 20;
const logOdds = (probability: number): number => Math.min(MOST_ODDS, Math.log(probability / (1 - probability)));
