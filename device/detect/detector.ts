import { isDeepStrictEqual } from 'node:util';
import { HighSounds, type HighSound } from '@earshot/shared/cadence/high-sound.ts';
import { RhythmReader, type Rhythms } from '@earshot/shared/cadence/rhythm-reader.ts';
import { LONGEST_PAUSE_S } from '@earshot/shared/cadence/templates.ts';
import type { MadeEmbedding } from '@earshot/shared/features/embedding.ts';
import { LogMel } from '@earshot/shared/features/log-mel.ts';
import type { Network, NetworkStream } from '../network/network.ts';
import type { Detection } from './detection.ts';
import type { DetectorSettings } from './detector-settings.ts';
import { EmbeddingMemory } from './embedding-memory.ts';
import { EnergyGate } from '../listening/energy-gate.ts';
import { Evidence } from './evidence.ts';
import type { Evaluation, LabelWatch, SpectrumReading } from './label-watch.ts';
import { openWatches } from './open-watches.ts';
import { RoomLevel } from './room-level.ts';
import { ScoreHistory, type Activity } from './score-history.ts';
import { SoundMemory } from '../describe/sound-memory.ts';

export interface DetectorOptions {
  settings: DetectorSettings;
  /**
   * Called after each evaluation with the probabilities and with what each label's watch was given, both by head in the
   * manifest's order. The arrays of probabilities and of evidence are reused.
   */
  onEvaluation?: (
    probabilities: Float64Array,
    atSample: number,
    evidence: Float64Array,
    evaluations: readonly Evaluation[],
  ) => void;
  /** Id of the first event, counted up from there; default 1. */
  firstEventId?: number;
}

/** After skipped frames the network first processes one second of sound from before the sound that woke it. */
const PRE_ROLL_S = 1;

/** What the spectrum's readers found at one evaluation. */
interface Reading {
  rhythms: Rhythms;
  pitchStability: number;
  highSounds: readonly HighSound[];
}

/**
 * Turns the samples of one source into candidates. The result depends on the samples alone and not on a clock, on
 * random numbers or on the block lengths, so that live detection, replay and training agree. Sources share only the
 * network.
 */
export class Detector {
  private network: Network;
  private stream: NetworkStream;
  private readonly logMel: LogMel;
  private readonly rhythm: RhythmReader;
  private readonly highSounds: HighSounds;
  private readonly sounds: SoundMemory;
  private readonly gate: EnergyGate;
  private room: RoomLevel;
  private history: ScoreHistory;
  private evidence: Evidence;
  private memory: EmbeddingMemory;
  private watches: LabelWatch[];
  private probabilities: Float64Array;
  private readonly onEvaluation: DetectorOptions['onEvaluation'];
  private readonly melBands: number;
  private readonly leadSamples: number;
  /** The newest samples: the pre-roll, then the block that is being filled. */
  private readonly recent: Float32Array;
  private readonly block: Float32Array;
  private readonly stepSamples: number;
  private readonly sampleRate: number;
  private settings: DetectorSettings;
  private filled = 0;
  private blocks = 0;
  private isAwake = false;
  private sleptBlocks = 0;
  private eventId: number;
  /** Steps in the history, skipped ones included. */
  private steps = 0;
  private readonly readings: Reading[] = [];
  private lastReading: Reading;
  private lastScores: Float32Array = new Float32Array(0);

  constructor(network: Network, { settings, onEvaluation, firstEventId = 1 }: DetectorOptions) {
    const { frontEnd, trunk, heads } = network.manifest;
    const { decision } = network;
    this.network = network;
    this.settings = settings;
    this.onEvaluation = onEvaluation;
    this.eventId = firstEventId;
    this.melBands = frontEnd.melBands;
    this.sampleRate = frontEnd.sampleRate;
    this.stream = network.openStream();
    this.logMel = new LogMel(frontEnd);
    this.stepSamples = trunk.framesPerStep * frontEnd.hopSize;
    const blockSamples = this.stream.framesPerCall * frontEnd.hopSize;
    // A frame is longer than a hop: with this many samples before it, each block gives exactly the frames of one network call.
    this.leadSamples = frontEnd.fftSize - frontEnd.hopSize;
    this.rhythm = new RhythmReader(frontEnd, -this.leadSamples);
    this.highSounds = new HighSounds(frontEnd.hopSize / frontEnd.sampleRate);
    this.sounds = new SoundMemory(frontEnd);
    this.lastReading = this.readSpectrum();
    this.gate = new EnergyGate(blockSamples, frontEnd.sampleRate);
    this.room = new RoomLevel(blockSamples / frontEnd.sampleRate, decision.windows.recentS);
    this.history = new ScoreHistory(heads.length, this.stepSamples / frontEnd.sampleRate, decision.windows.shortS);
    this.evidence = new Evidence(heads.length, decision);
    this.memory = new EmbeddingMemory(trunk, this.stepSamples / frontEnd.sampleRate);
    this.watches = openWatches(network, settings);
    this.probabilities = new Float64Array(heads.length);
    const preRollBlocks = Math.ceil((PRE_ROLL_S * frontEnd.sampleRate) / blockSamples);
    this.recent = new Float32Array(this.leadSamples + (preRollBlocks + 1) * blockSamples);
    this.block = this.recent.subarray(this.recent.length - blockSamples);
  }

  /** The id of the next event, for a detector that replaces this one. */
  get nextEventId(): number {
    return this.eventId;
  }

  /** The position up to which the source was processed, in whole blocks. */
  get heardSamples(): number {
    return this.blocks * this.block.length;
  }

  /** Share of the blocks that the energy gate skipped, 0 to 1. */
  get sleptRatio(): number {
    return this.blocks === 0 ? 0 : this.sleptBlocks / this.blocks;
  }

  /** The newest score of each head, in the manifest's order. */
  get scores(): Float32Array {
    return this.lastScores;
  }

  /** Reported events that have not ended, and when each was last detected. */
  get sounding(): { label: string; eventId: number; heardSample: number }[] {
    return this.watches.flatMap((watch) => watch.sounding ?? []);
  }

  /** Whether a report was decided and not yet sent (`listenOnS`). */
  get isHolding(): boolean {
    return this.watches.some((watch) => watch.isHolding);
  }

  /**
   * Applies settings from the next block on. Events in progress continue. Returns the held reports of labels that are now
   * off: they were on at the decision, and no sound from after the switch may be in a clip.
   */
  configure(settings: DetectorSettings): Detection[] {
    const detections: Detection[] = [];
    this.settings = settings;
    const next = openWatches(this.network, settings);
    this.watches = this.watches.map((watch, i) => {
      const following = next[i] as LabelWatch;
      if (!following.isOn) watch.sendHeld(this.heardSamples, detections);
      return watch.continuedAs(following);
    });
    return detections;
  }

  /**
   * Continues with another network at the next block. No sample is lost or processed twice, and events in progress
   * continue. When the trunk is the same, its state is kept, so that the scores of unchanged heads stay bit-identical.
   * Returns the held reports, which belong to the old network. Returns null, and changes nothing, when the network has
   * another frame length and needs a new detector.
   */
  takeOver(network: Network): Detection[] | null {
    const { frontEnd, trunk, heads } = network.manifest;
    const next = network.openStream();
    const cutsAlike =
      isDeepStrictEqual(frontEnd, this.stream.frontEnd) &&
      trunk.framesPerStep * frontEnd.hopSize === this.stepSamples &&
      next.framesPerCall === this.stream.framesPerCall;
    if (!cutsAlike) return null;
    const held = this.sendHeld();
    next.continueFrom(this.stream);
    const before = this.network.labels;
    const { decision } = network;
    const history = new ScoreHistory(heads.length, this.stepSamples / this.sampleRate, decision.windows.shortS);
    history.sleep(this.steps);
    const watches = openWatches(network, this.settings);
    for (const [column, label] of network.labels.entries()) {
      const from = before.indexOf(label);
      if (from < 0) continue;
      history.continueFrom(this.history, from, column);
      watches[column] = (this.watches[from] as LabelWatch).continuedAs(watches[column] as LabelWatch);
    }
    this.network = network;
    this.stream = next;
    this.history = history;
    this.evidence = new Evidence(heads.length, decision);
    if (trunk.sha256 !== this.memory.trunkSha256)
      this.memory = new EmbeddingMemory(trunk, this.stepSamples / this.sampleRate);
    this.room = this.room.over(decision.windows.recentS);
    this.watches = watches;
    this.probabilities = new Float64Array(heads.length);
    this.lastScores = new Float32Array(0);
    return held;
  }

  /** Processes any number of samples. One call at a time per detector. */
  async push(samples: Float32Array): Promise<Detection[]> {
    const detections: Detection[] = [];
    for (let at = 0; at < samples.length;) {
      const take = Math.min(this.block.length - this.filled, samples.length - at);
      this.block.set(samples.subarray(at, at + take), this.filled);
      this.filled += take;
      at += take;
      if (this.filled === this.block.length) await this.hearBlock(detections);
    }
    return detections;
  }

  /**
   * Call it when the source has ended. Decides pending events as cut off, because it is unknown whether their sounds
   * would have continued.
   */
  async finish(): Promise<Detection[]> {
    const detections = [...(await this.flush()), ...this.sendHeld()];
    this.repeatEarly(detections);
    if (this.isAwake) this.evaluate(this.lastReading, this.heardSamples, true, detections);
    return detections;
  }

  /** Call it when sound was lost and another detector takes over. Decides pending events and ends reported ones. */
  async interrupt(): Promise<Detection[]> {
    const detections = [...(await this.flush()), ...this.sendHeld()];
    this.repeatEarly(detections);
    for (const watch of this.watches) watch.end(this.heardSamples, detections);
    return detections;
  }

  /** Returns the reports that were decided and for whose clips the detector still listens (`listenOnS`). */
  sendHeld(): Detection[] {
    const detections: Detection[] = [];
    for (const watch of this.watches) watch.sendHeld(this.heardSamples, detections);
    return detections;
  }

  private repeatEarly(detections: Detection[]): void {
    for (const watch of this.watches) watch.repeatEarly(this.heardSamples, detections);
  }

  private async flush(): Promise<Detection[]> {
    const detections: Detection[] = [];
    if (this.filled > 0) {
      this.block.fill(0, this.filled);
      await this.hearBlock(detections);
    }
    return detections;
  }

  private async hearBlock(detections: Detection[]): Promise<void> {
    const { block, recent } = this;
    this.filled = 0;
    this.blocks++;
    const open = this.gate.isOpen(block, this.isBusy()) || !this.settings.gate;
    this.room.push(this.gate.energy);
    if (!open) {
      this.isAwake = false;
      this.sleptBlocks++;
    } else if (this.isAwake) {
      await this.compute(block, this.heardSamples - block.length, detections);
    } else {
      await this.wake(detections);
    }
    const heardEvery = this.network.decision.heardEveryS * this.sampleRate;
    for (const watch of this.watches) watch.follow(this.heardSamples, heardEvery, detections);
    recent.copyWithin(0, block.length);
  }

  /**
   * Whether an event was suspected so recently that its alarm may only be pausing. In that case no frame may be
   * skipped.
   */
  private isBusy(): boolean {
    const since = this.heardSamples - LONGEST_PAUSE_S * this.sampleRate;
    return this.watches.some(({ event, isOn }) => isOn && event.suspectedSample >= since);
  }

  /** Processes the pre-roll first, in the same steps as without skipped frames. */
  private async wake(detections: Detection[]): Promise<void> {
    this.isAwake = true;
    const { recent, block, leadSamples } = this;
    let from = leadSamples;
    // The pre-roll begins neither before the first sample of the source nor before the end of the processed sound.
    while (this.heardSamples - (recent.length - from) < this.computedUntil) from += block.length;
    const fromSample = this.heardSamples - (recent.length - from);
    this.sleepUntil(fromSample);
    this.logMel.reset(fromSample - leadSamples);
    this.logMel.push(recent.subarray(from - leadSamples, from), () => undefined);
    for (; from < recent.length; from += block.length) {
      const atSample = this.heardSamples - (recent.length - from);
      await this.compute(recent.subarray(from, from + block.length), atSample, detections);
    }
  }

  /** Advances histories and rhythm by the frames that were not computed. */
  private sleepUntil(fromSample: number): void {
    const steps = Math.round((fromSample - this.computedUntil) / this.stepSamples);
    const frames = steps * this.network.manifest.trunk.framesPerStep;
    this.rhythm.sleep(frames);
    this.highSounds.sleep(frames);
    this.sounds.sleep(frames);
    this.history.sleep(steps);
    this.memory.sleep(steps);
    this.steps += steps;
  }

  private computedUntil = 0;

  private async compute(block: Float32Array, atSample: number, detections: Detection[]): Promise<void> {
    const { everySteps } = this.network.decision;
    const framesPerStep = this.stepSamples / this.stream.frontEnd.hopSize;
    let frame = 0;
    this.logMel.push(block, (mel, power) => {
      this.stream.features.set(mel, frame * this.melBands);
      this.rhythm.push(mel, power);
      this.highSounds.push(power);
      this.sounds.push(mel, this.rhythm.newestToneHz);
      frame++;
      const steps = this.steps + frame / framesPerStep;
      if (steps % everySteps === 0) this.readings.push(this.readSpectrum());
    });
    const scores = stopNaN(await this.stream.run());
    const { embedding } = this.stream;
    const heads = scores.length / this.stream.stepsPerCall;
    const width = embedding.length / this.stream.stepsPerCall;
    this.computedUntil = atSample + block.length;
    for (let step = 0; step < this.stream.stepsPerCall; step++) {
      this.history.push(scores, step * heads);
      this.memory.push(embedding, step * width);
      this.steps++;
      if (this.steps % everySteps !== 0) continue;
      this.lastReading = this.readings.shift() ?? this.lastReading;
      this.evaluate(this.lastReading, atSample + (step + 1) * this.stepSamples, false, detections);
    }
    this.lastScores = scores.subarray(scores.length - heads);
  }

  private evaluate(
    { rhythms, pitchStability, highSounds }: Reading,
    atSample: number,
    isCutOff: boolean,
    detections: Detection[],
  ): void {
    const { room, history, watches, probabilities, network } = this;
    const moment = { rhythms, pitchStability, aboveRoomDb: room.aboveRoomDb, isCutOff };
    const evidence = this.evidence.measure(moment, history);
    // Labels that are suspected at the same moment share one embedding.
    let made: MadeEmbedding | null = null;
    const embedding = (): MadeEmbedding => (made ??= this.memory.embedding());
    const { peakS } = network.decision.windows;
    const scores = () => Object.fromEntries(watches.map(({ label }, head) => [label, history.peakOver(head, peakS)]));
    const nowSample = this.heardSamples;
    const evaluations: Evaluation[] = [];
    const { sounds, computedUntil } = this;
    const spectrum: SpectrumReading = {
      describe: (beganSample) => sounds.describe(computedUntil - beganSample),
      get toneS() {
        return sounds.toneS;
      },
    };
    const levelDbfs = room.dbfs;
    const shared = {
      evidence,
      rhythms,
      highSounds,
      atSample,
      nowSample,
      isCutOff,
      levelDbfs,
      scores,
      embedding,
      spectrum,
    };
    for (const [head, watch] of watches.entries()) {
      const { durationS, quietS } = this.evidence.activities[head] as Activity;
      // A sound that ended longer ago than the longest pause of an alarm counts as another sound.
      const ago = quietS <= LONGEST_PAUSE_S ? (durationS + quietS) * this.sampleRate : 0;
      const beganSample = Math.max(0, Math.round(atSample - ago));
      // Heard since the last decision: long enough, because a head's score stays high for about two seconds after a beep.
      const soundsNow = quietS * this.sampleRate < network.decision.everySteps * this.stepSamples;
      const evaluation = { ...shared, beganSample, soundsNow, heardS: durationS };
      evaluations.push(evaluation);
      watch.evaluate(evaluation, () => this.eventId++, detections);
      probabilities[head] = watch.probability;
    }
    this.onEvaluation?.(probabilities, atSample, evidence, evaluations);
  }

  private readSpectrum(): Reading {
    const { rhythm, highSounds } = this;
    return { rhythms: rhythm.read(), pitchStability: rhythm.pitchStability, highSounds: highSounds.read() };
  }
}

/**
 * Replaces scores that are no number by 0, in place. One would stay in the running sums of its head for ever, and the
 * cloud would refuse the reports of all labels, because each report contains the scores of all heads.
 */
function stopNaN(scores: Float32Array): Float32Array {
  for (let i = 0; i < scores.length; i++) if (Number.isNaN(scores[i])) scores[i] = 0;
  return scores;
}
