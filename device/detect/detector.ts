import { isDeepStrictEqual } from 'node:util';
import { CadenceReader } from '@earshot/shared/cadence/cadence-reader.ts';
import { LogMel } from '@earshot/shared/features/log-mel.ts';
import type { Detection } from './detection.ts';
import { EnergyGate } from './energy-gate.ts';
import { EventBoard } from './event-board.ts';
import type { DetectorSettings } from './detector-settings.ts';
import type { Network, NetworkStream } from '../network/network.ts';

export interface DetectorOptions {
  settings: DetectorSettings;
  /** Every step's evidence, by head in the manifest's order: for sweeps and reports. The array is reused. */
  onEvidence?: (evidence: Float64Array, atSample: number) => void;
}

/** After a sleep the network hears this much again of what was before the sound that woke it. */
const PRE_ROLL_S = 1;

/**
 * Samples of one source in, candidates out. A function of the samples alone: no clock, no randomness, no dependence on how they
 * were cut, so live, replay and training see the same. Sources share the network and nothing else.
 */
export class Detector {
  private stream: NetworkStream;
  private readonly logMel: LogMel;
  private board: EventBoard;
  private readonly gate: EnergyGate;
  private cadence = new CadenceReader();
  private readonly onEvidence: DetectorOptions['onEvidence'];
  private readonly melBands: number;
  private readonly leadSamples: number;
  /** The last samples heard: pre-roll, then the block that is being filled. */
  private readonly recent: Float32Array;
  private readonly block: Float32Array;
  private readonly stepSamples: number;
  private settings: DetectorSettings;
  private filled = 0;
  private blocks = 0;
  private isAwake = false;
  private sleptBlocks = 0;
  private lastScores: Float32Array = new Float32Array(0);

  constructor(network: Network, { settings, onEvidence }: DetectorOptions) {
    const { frontEnd, trunk } = network.manifest;
    this.settings = settings;
    this.onEvidence = onEvidence;
    this.melBands = frontEnd.melBands;
    this.stream = network.openStream();
    this.logMel = new LogMel(frontEnd);
    this.stepSamples = trunk.framesPerStep * frontEnd.hopSize;
    this.board = new EventBoard(network.manifest, this.stepSamples / frontEnd.sampleRate, settings);
    const blockSamples = this.stream.framesPerCall * frontEnd.hopSize;
    this.gate = new EnergyGate(blockSamples, frontEnd.sampleRate);
    // A frame is longer than a hop: with this many samples before it, each block gives exactly the frames of one network call.
    this.leadSamples = frontEnd.fftSize - frontEnd.hopSize;
    const preRollBlocks = Math.ceil((PRE_ROLL_S * frontEnd.sampleRate) / blockSamples);
    this.recent = new Float32Array(this.leadSamples + (preRollBlocks + 1) * blockSamples);
    this.block = this.recent.subarray(this.recent.length - blockSamples);
  }

  /** How far the source has been heard, in whole blocks. */
  get heardSamples(): number {
    return this.blocks * this.block.length;
  }

  /** Part of the blocks that the gate kept from the network, 0 to 1. */
  get sleptRatio(): number {
    return this.blocks === 0 ? 0 : this.sleptBlocks / this.blocks;
  }

  /** The newest score of each head, in the manifest's order: what it hears now. */
  get scores(): Float32Array {
    return this.lastScores;
  }

  /** Told events that are not over, and when each was last heard. */
  get sounding(): EventBoard['sounding'] {
    return this.board.sounding;
  }

  /** Takes effect with the next block; what goes on goes on. */
  configure(settings: DetectorSettings): void {
    this.settings = settings;
    this.board.configure(settings);
  }

  /**
   * Goes on with another network at the next block: no sample is lost or heard twice, and what sounds goes on sounding. The same
   * trunk keeps its state, so that heads which stay score the same to the bit. False: it cuts sound into other frames, and needs
   * a detector of its own.
   */
  takeOver(network: Network): boolean {
    const { frontEnd, trunk } = network.manifest;
    const next = network.openStream();
    if (
      !isDeepStrictEqual(frontEnd, this.stream.frontEnd) ||
      trunk.framesPerStep * frontEnd.hopSize !== this.stepSamples
    )
      return false;
    if (next.framesPerCall !== this.stream.framesPerCall) return false;
    next.continueFrom(this.stream);
    this.stream = next;
    this.board = this.board.continuedBy(network.manifest, this.settings);
    this.lastScores = new Float32Array(0);
    return true;
  }

  /** Any number of samples. One call at a time per detector. */
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

  /** The source has ended: the begun block is filled with silence and what waits is decided. */
  async finish(): Promise<Detection[]> {
    const detections: Detection[] = [];
    if (this.filled > 0) {
      this.block.fill(0, this.filled);
      await this.hearBlock(detections);
    }
    this.board.finish(this.heardSamples, this.cadence, detections);
    return detections;
  }

  private async hearBlock(detections: Detection[]): Promise<void> {
    const { block, recent } = this;
    this.filled = 0;
    this.blocks++;
    const open = this.gate.isOpen(block, this.board.isBusy(this.heardSamples)) || !this.settings.gate;
    this.board.measureLevel(this.gate.energy);
    if (!open) {
      this.isAwake = false;
      this.sleptBlocks++;
      this.board.sleep(this.heardSamples, detections);
    } else if (this.isAwake) {
      await this.compute(block, this.heardSamples - block.length, detections);
    } else {
      await this.wake(detections);
    }
    recent.copyWithin(0, block.length);
  }

  /** Hears the pre-roll first, in the same steps as if it had never slept. */
  private async wake(detections: Detection[]): Promise<void> {
    this.isAwake = true;
    const { recent, block, leadSamples } = this;
    let from = leadSamples;
    // Nothing of the source lies before its first sample, and what was heard before falling asleep is not heard twice.
    while (this.heardSamples - (recent.length - from) < this.computedUntil) from += block.length;
    const fromSample = this.heardSamples - (recent.length - from);
    this.logMel.reset(fromSample - leadSamples);
    this.logMel.push(recent.subarray(from - leadSamples, from), () => undefined);
    for (; from < recent.length; from += block.length) {
      const atSample = this.heardSamples - (recent.length - from);
      await this.compute(recent.subarray(from, from + block.length), atSample, detections);
    }
  }

  private computedUntil = 0;

  private async compute(block: Float32Array, atSample: number, detections: Detection[]): Promise<void> {
    let frame = 0;
    this.logMel.push(block, (mel, power, frameSample) => {
      this.stream.features.set(mel, frame * this.melBands);
      this.cadence.push(power, Math.max(0, frameSample));
      frame++;
    });
    const scores = await this.stream.run();
    const heads = scores.length / this.stream.stepsPerCall;
    for (let step = 0; step < this.stream.stepsPerCall; step++) {
      const stepEnd = atSample + (step + 1) * this.stepSamples;
      this.board.step(scores, step * heads, stepEnd, this.heardSamples, this.cadence, detections);
      this.onEvidence?.(this.board.evidence, stepEnd);
    }
    this.lastScores = scores.subarray(scores.length - heads);
    this.computedUntil = atSample + block.length;
  }
}
