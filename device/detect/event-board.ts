import { explain } from '@earshot/shared/cadence/explain.ts';
import { NO_CADENCE, type CadenceReader, type CadenceReading } from '@earshot/shared/cadence/cadence-reader.ts';
import { Cadence, type Why } from '@earshot/shared/contracts/candidate.ts';
import type { Head, Manifest } from '@earshot/shared/contracts/release.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { isSafety, labelInfo, LEVELS, type Level } from '@earshot/shared/labels.ts';
import { isBeeper, tellApart, type BeeperLabel } from './beeper.ts';
import type { Detection } from './detection.ts';
import { levelOf, listens, type DetectorSettings } from './detector-settings.ts';
import { Evidence } from './evidence.ts';
import { LevelMeter } from './level-meter.ts';
import { BeeperLife, fateOf, PATIENCE_S, surenessS } from './persistence.ts';
import { holdS, lastsS, settleS, SoundEvent } from './sound-event.ts';

interface Watch {
  head: Head;
  column: number;
  event: SoundEvent;
  level: Level;
  isOn: boolean;
  eventId: number;
  heardTold: number;
}

/** When something is decided. The evidence is of the step that ended at `atSample`; the source has been heard a little further. */
interface Moment {
  atSample: number;
  nowSample: number;
  isCutOff: boolean;
}

/** A told event that goes on is reported this often. */
const HEARD_EVERY_S = 10;

/** Of the evidence that makes suspicious: what comes so near to it is heard on. */
const SUSPECTED = 0.6;

/** All labels side by side: evidence in, decisions out. Each has its own event and its own limits, so none starves another. */
export class EventBoard {
  private readonly watches: Watch[];
  private readonly evidenceOverTime: Evidence;
  private readonly sampleRate: number;
  private meter: LevelMeter;
  private beeperLife: BeeperLife;
  private readonly stepS: number;
  private nextEventId = 1;

  constructor({ heads, frontEnd }: Manifest, stepS: number, settings: DetectorSettings) {
    this.sampleRate = frontEnd.sampleRate;
    this.stepS = stepS;
    this.evidenceOverTime = new Evidence(
      heads.map(({ windowS }) => windowS),
      stepS,
    );
    this.meter = new LevelMeter();
    this.beeperLife = new BeeperLife(frontEnd.sampleRate);
    this.watches = heads.map((head, column) => {
      const level = levelOf(settings, head.label);
      const event = new SoundEvent(this.rulesOf(head, level));
      return { head, column, event, level, isOn: listens(settings, head.label), eventId: 0, heardTold: 0 };
    });
  }

  configure(settings: DetectorSettings): void {
    for (const watch of this.watches) {
      watch.level = levelOf(settings, watch.head.label);
      watch.event.rules = this.rulesOf(watch.head, watch.level);
      watch.isOn = listens(settings, watch.head.label);
      // What was suspected of it is nobody's business any more.
      if (!watch.isOn) watch.event.letGo();
    }
  }

  /** A board for other heads: those that were here before go on with their events and their evidence. */
  continuedBy(manifest: Manifest, settings: DetectorSettings): EventBoard {
    const next = new EventBoard(manifest, this.stepS, settings);
    next.meter = this.meter;
    next.beeperLife = this.beeperLife;
    next.nextEventId = this.nextEventId;
    next.watches.forEach((watch, column) => {
      const before = this.watches.find(({ head }) => head.label === watch.head.label);
      if (!before) return;
      before.event.rules = watch.event.rules;
      next.watches[column] = { ...watch, event: before.event, eventId: before.eventId, heardTold: before.heardTold };
      if (before.head.windowS === watch.head.windowS)
        next.evidenceOverTime.continueFrom(this.evidenceOverTime, before.column, column);
    });
    return next;
  }

  /** Told events that are not over, and when each was last heard. */
  get sounding(): { label: string; eventId: number; heardSample: number }[] {
    return this.watches
      .filter(({ event }) => event.isOpen)
      .map(({ head, event, eventId }) => ({ label: head.label, eventId, heardSample: event.heardSample }));
  }

  get evidence(): Float64Array {
    return this.evidenceOverTime.values;
  }

  /**
   * Something waits for its decision, was heard a moment ago, or is a danger that may be there: not the time to fall asleep. An event
   * that is told and quiet for longer than the pauses of an alarm wakes the gate when it sounds again.
   */
  isBusy(nowSample: number): boolean {
    const since = nowSample - PATIENCE_S * this.sampleRate;
    return this.watches.some(
      ({ event, head, column, isOn }) =>
        event.isPending ||
        (event.isOpen && event.heardSample >= since) ||
        (isOn && isSafety(head.label) && this.evidenceOverTime.recentPeak(column) >= SUSPECTED * event.rules.threshold),
    );
  }

  /** Time goes on while the network sleeps. */
  sleep(atSample: number, out: Detection[]): void {
    for (const watch of this.watches) this.follow(watch, atSample, out);
  }

  /** Takes the mean square of each block, for the alert's level. */
  measureLevel(energy: number): void {
    this.meter.push(energy);
  }

  step(
    scores: Float32Array,
    offset: number,
    atSample: number,
    nowSample: number,
    cadence: CadenceReader,
    out: Detection[],
  ): void {
    this.evidenceOverTime.push(scores, offset);
    if (this.watches.some((watch) => watch.isOn && isSafety(watch.head.label) && this.isSuspected(watch)))
      this.beeperLife.hear(atSample);
    const isPausing = this.beeperLife.isPausing(atSample);
    // A label that is off still ends what it began, but begins nothing.
    const due = this.watches.filter(({ event, isOn, head, column }) =>
      event.step(isOn ? (this.evidence[column] as number) : 0, atSample, isPausing && isSafety(head.label)),
    );
    if (due.length > 0) this.decide(due, { atSample, nowSample, isCutOff: false }, cadence, out);
    for (const watch of this.watches) this.follow(watch, atSample, out);
  }

  /** The source is over: what waits is decided now. */
  finish(nowSample: number, cadence: CadenceReader, out: Detection[]): void {
    const pending = this.watches.filter(({ event }) => event.isPending);
    this.decide(pending, { atSample: nowSample, nowSample, isCutOff: true }, cadence, out);
  }

  private decide(due: readonly Watch[], moment: Moment, reader: CadenceReader, out: Detection[]): void {
    const { nowSample } = moment;
    if (due.length === 0) return;
    const reading = reader.read(nowSample);
    const beeper = due.some(({ head }) => isBeeper(head.label)) ? this.tellBeeper(reading, moment) : null;
    // The reader knows more than an alert tells; the contract keeps what belongs in one.
    const cadence = Cadence.parse(reading);
    const began = Math.min(...due.map(({ event }) => event.startSample ?? nowSample));
    for (const watch of this.watches) {
      const { event, head } = watch;
      if (isBeeper(head.label) ? head.label === beeper : due.includes(watch) && this.hasLasted(watch))
        this.raise(watch, began, nowSample, cadence, out);
      else if (beeper !== null && event.isPending && isBeeper(head.label)) event.dismiss(nowSample);
      else if (due.includes(watch)) this.putOff(watch, moment);
    }
  }

  /** Not enough to tell. While what beeps may yet go on it is looked at again, and so is the chirp that it hides; all else is let go. */
  private putOff({ event, head }: Watch, { atSample }: Moment): void {
    if (isBeeper(head.label) && this.beeperLife.at(atSample).quietS < PATIENCE_S) event.lookAgain(atSample);
    else event.letGo();
  }

  /** All that beep and have crossed are judged together, by one reading of the rhythm. */
  private tellBeeper(cadence: CadenceReading, { atSample, isCutOff }: Moment): BeeperLabel | null {
    const life = this.beeperLife.at(atSample, isCutOff);
    const scores = this.watches.flatMap(({ head, column, event, level, isOn }) => {
      const { label } = head;
      if (!isBeeper(label) || !isOn) return [];
      return {
        label,
        peak: this.peakOf(column, event),
        heardS: this.heardSOf(event),
        lastsS: isSafety(label) ? surenessS(life) : lastsS(label),
        threshold: thresholdOf(head, level),
        suspicion: event.rules.threshold,
        fate: fateOf(label, life, cadence),
      };
    });
    return tellApart(scores, cadence);
  }

  private raise(watch: Watch, beganSample: number, nowSample: number, cadence: Why['cadence'], out: Detection[]): void {
    const { event, head, level, column } = watch;
    const score = this.peakOf(column, event);
    // Named by the rhythm alone: it sounds since the label sounded that it was taken from.
    if (!event.isSounding) event.begin(beganSample, nowSample);
    const startSample = event.startSample as number;
    const raised = event.raise(nowSample);
    if (raised === null) return;
    if (raised === 'first') watch.eventId = this.nextEventId++;
    watch.heardTold = nowSample;
    const { eventId } = watch;
    const why = this.why(watch, cadence, score);
    const again = raised === 'again';
    out.push({
      type: 'candidate',
      label: head.label,
      score,
      level,
      why,
      startSample,
      detectedSample: nowSample,
      eventId,
      again,
    });
  }

  private follow(watch: Watch, atSample: number, out: Detection[]): void {
    const { event, head, eventId } = watch;
    if (event.isOpen && event.heardSample >= watch.heardTold + HEARD_EVERY_S * this.sampleRate) {
      watch.heardTold = event.heardSample;
      out.push({ type: 'heard', label: head.label, eventId, atSample: event.heardSample });
    }
    if (event.endsAt(atSample)?.told)
      out.push({ type: 'ended', label: head.label, eventId, atSample: event.heardSample });
  }

  private why(told: Watch, heard: Why['cadence'], score: number): Why {
    const { head } = told;
    const levelDbfs = this.meter.loudestDbfs;
    // What beeped beside a breaking pane is no reason to believe in it.
    const cadence = isBeeper(head.label) ? heard : Cadence.parse(NO_CADENCE);
    const text = isBeeper(head.label)
      ? explain(cadence)
      : `sounds like ${labelInfo(head.label).words}: ${Math.round(score * 100)} % sure, at ${Math.round(levelDbfs)} dBFS`;
    // The one that is told has begun anew by now: its own score is the one that it was told for.
    const scores = this.watches.map(
      (watch) => [watch.head.label, watch === told ? score : this.peakOf(watch.column, watch.event)] as const,
    );
    return { text, cadence, scores: Object.fromEntries(scores), levelDbfs };
  }

  private hasLasted({ event, head }: Watch): boolean {
    return this.heardSOf(event) >= lastsS(head.label);
  }

  private heardSOf({ heardSteps }: SoundEvent): number {
    return heardSteps * this.stepS;
  }

  private peakOf(column: number, event: SoundEvent): number {
    return Math.max(event.peak, this.evidenceOverTime.recentPeak(column));
  }

  private isSuspected({ column, event }: Watch): boolean {
    return (this.evidence[column] as number) >= event.rules.threshold;
  }

  private rulesOf(head: Head, level: Level) {
    const samples = (seconds: number) => Math.round(seconds * this.sampleRate);
    return {
      threshold: isBeeper(head.label) ? suspicionOf(head, level) : thresholdOf(head, level),
      windowSamples: samples(head.windowS),
      refractorySamples: samples(head.refractoryS),
      settleSamples: samples(settleS(head.label)),
      addsUp: isBeeper(head.label),
      holdSamples: samples(Math.max(head.refractoryS, holdS(head.label))),
      sampleRate: this.sampleRate,
    };
  }
}

function thresholdOf({ label, levels }: Head, level: Level): number {
  const found = levels[level];
  if (!found) throw new EarshotError('RELEASE_BROKEN', `The head ${label} has no threshold for level ${level}.`);
  return found.threshold;
}

/** A rhythm that agrees is worth one level of sensitivity. */
const suspicionOf = (head: Head, level: Level): number => thresholdOf(head, LEVELS[LEVELS.indexOf(level) + 1] ?? level);
