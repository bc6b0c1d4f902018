import { isSafety } from '@earshot/shared/labels.ts';
import { isBeeper } from './beeper.ts';

export interface EventRules {
  /** Evidence from which on it is looked at; what it takes to be told is the board's to judge. */
  threshold: number;
  windowSamples: number;
  refractorySamples: number;
  /** From the crossing to the decision, in which the cadence shows what it is. */
  settleSamples: number;
  /** Groups that are too short to be told one by one count together, and are decided as soon as the next one comes. */
  addsUp: boolean;
  /** Silence after which a told one is over. */
  holdSamples: number;
  sampleRate: number;
}

/**
 * From the first suspicion to the decision: what comes next tells more than what made suspicious, to the cadence reader and to
 * whoever judges the clip, which ends here. By now the second group of T3 and of T4 sounds, and a chirp is alone. Most of the 5 s
 * that an alert may take after the second group is left. Of a pane, the shards fall for a second.
 */
export const settleS = (label: string): number => (isBeeper(label) ? 6.2 : 1);
/** What was not decided is looked at again this much later. */
const LOOK_AGAIN_S = 0.4;

/**
 * How much of the time until the decision the evidence must have been there. Of a plate, a cough or a ring tone the network is sure
 * for a moment. On scenes of held-back recordings breaking glass is: half a second of it more costs eight panes in a hundred. Of an
 * alarm see persistence.ts.
 */
export function lastsS(label: string): number {
  if (label === 'glass_break') return 0.4;
  return label === 'low_battery_chirp' ? 0.5 : 0;
}

/** How long a sound may pause and still be the same event. */
export function holdS(label: string): number {
  // Later in its life a CO alarm pauses for 60 s between groups.
  if (label === 'co_alarm') return 75;
  // An interconnected T3 alarm mutes one cycle in four: 1.5 + 4 + 1.5 s of silence, twice over for a cycle lost in noise.
  return isSafety(label) ? 15 : 3;
}

/** What was heard longer ago than this has nothing to do with what is heard now: T4's groups are 5.8 s apart. */
const FORGET_S = 12;
/** A gap this long in the evidence separates two sounds of one label, and two groups of an alarm. */
export const GAP_S = 1;
/** Per label, so that one label can't use up another's: six in a row, then one a minute. */
const BURST = 6;
const REFILL_S = 60;

export type Raised = 'first' | 'again';

/**
 * The life of one label's events, in samples only: quiet, crossed (waiting for the cadence), sounding, over.
 * A sound that goes on is raised again after each refractory time, because the first candidate may have been somebody else's sound:
 * a doorbell that was rejected must not hide the alarm that began behind it.
 */
export class SoundEvent {
  rules: EventRules;
  /** Null while quiet. */
  startSample: number | null = null;
  /** Highest evidence since it began, or since it was last told. */
  peak = 0;
  /** For how many steps its evidence was there, since it began or was last told. */
  heardSteps = 0;
  /** Last time that its evidence reached the threshold. */
  heardSample = -Infinity;
  private crossedSample: number | null = null;
  private lookSample = 0;
  private wasLetGo = false;
  private raisedSample = -Infinity;
  private raisedThisEvent = false;
  private tokens = BURST;
  private refilledSample = 0;

  constructor(rules: EventRules) {
    this.rules = rules;
  }

  get isSounding(): boolean {
    return this.startSample !== null;
  }

  /** Told of, and not over. */
  get isOpen(): boolean {
    return this.startSample !== null && this.raisedThisEvent;
  }

  /** One step of evidence. True as long as it waits to be decided. `isPausing`: what it belongs to will be clearer in a moment. */
  step(evidence: number, atSample: number, isPausing = false): boolean {
    const { threshold, windowSamples, settleSamples, refractorySamples, sampleRate } = this.rules;
    if (evidence >= threshold) {
      const quiet = atSample - this.heardSample;
      const isNew = quiet > FORGET_S * sampleRate;
      if (isNew) this.heardSteps = 0;
      this.heardSteps++;
      this.begin(Math.max(0, atSample - windowSamples), atSample);
      this.peak = Math.max(this.peak, evidence);
      const afterGap = quiet > GAP_S * sampleRate;
      // A new sound inside the refractory time is remembered and decided when that is over. What adds up has settled before.
      if (this.crossedSample === null && (afterGap || atSample - this.raisedSample >= refractorySamples))
        this.crossedSample = this.rules.addsUp && !isNew && this.wasLetGo ? atSample - settleSamples : atSample;
    }
    return this.isDue(atSample) && !isPausing;
  }

  /** It is heard: by its own evidence, or because the rhythm gave another label's sound to it. */
  begin(startSample: number, atSample: number): void {
    this.startSample ??= startSample;
    this.heardSample = atSample;
  }

  private isDue(atSample: number): boolean {
    if (this.crossedSample === null || atSample < this.lookSample) return false;
    const { settleSamples, refractorySamples } = this.rules;
    return atSample >= this.crossedSample + settleSamples && atSample - this.raisedSample >= refractorySamples;
  }

  lookAgain(atSample: number): void {
    this.lookSample = atSample + LOOK_AGAIN_S * this.rules.sampleRate;
  }

  /** Waiting or not, something has crossed and was not decided yet. */
  get isPending(): boolean {
    return this.crossedSample !== null;
  }

  /** Says whether it may be told now, and counts it. */
  raise(atSample: number): Raised | null {
    // Asked for another label's sake while it rests: the same sound was told a moment ago.
    if (!this.isPending && atSample - this.raisedSample < this.rules.refractorySamples) return null;
    this.crossedSample = null;
    this.wasLetGo = false;
    this.refill(atSample);
    if (this.tokens < 1) return null;
    this.tokens--;
    this.peak = 0;
    this.heardSteps = 0;
    this.raisedSample = atSample;
    const kind = this.raisedThisEvent ? 'again' : 'first';
    this.raisedThisEvent = true;
    return kind;
  }

  /** Decided, and not told: the sound is another label's, and stays so for a while. */
  dismiss(atSample: number): void {
    this.letGo();
    this.wasLetGo = false;
    this.heardSteps = 0;
    this.raisedSample = atSample;
  }

  /** Looked at, and not enough to tell: what goes on is looked at again. */
  letGo(): void {
    this.crossedSample = null;
    this.wasLetGo = true;
    this.peak = 0;
    if (!this.rules.addsUp) this.heardSteps = 0;
    if (!this.raisedThisEvent) this.startSample = null;
  }

  /** Not null once, when the event is over: whether anybody was told of it, and so must hear that it ended. */
  endsAt(atSample: number): { told: boolean } | null {
    if (this.startSample === null || this.isPending || atSample - this.heardSample < this.rules.holdSamples)
      return null;
    const told = this.raisedThisEvent;
    this.startSample = null;
    this.raisedThisEvent = false;
    return { told };
  }

  private refill(atSample: number): void {
    const earned = (atSample - this.refilledSample) / (REFILL_S * this.rules.sampleRate);
    this.tokens = Math.min(BURST, this.tokens + earned);
    this.refilledSample = atSample;
  }
}
