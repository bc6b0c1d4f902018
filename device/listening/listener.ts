import type { SourceHealth } from '@earshot/shared/contracts/device.ts';
import type { AudioBlock, AudioSource } from '../audio/source.ts';
import { SAMPLE_RATE } from '../audio/source.ts';
import { Ring } from '../audio/ring.ts';
import type { Detection } from '../detect/detection.ts';
import type { DetectorSettings } from '../detect/detector-settings.ts';
import { Detector } from '../detect/detector.ts';
import type { Network } from '../network/network.ts';
import { MicrophoneHealth } from '../health/microphone-health.ts';
import { NearMisses, type NearMiss } from '../sampling/near-misses.ts';
import { SignalCheck, type SecondOfSignal } from '../health/signal-check.ts';

const STUCK_MS = 30_000;
/**
 * After this time without sound, a live source has stopped, for example because a burglar cut its cable. Held reports no
 * longer wait for it.
 */
const NO_BLOCK_MS = 2_000;

export interface ListenerEvents {
  /** The positions are on the source's time line. */
  detected(listener: Listener, detection: Detection): Promise<void>;
  /** Called when a sound stayed below its threshold. */
  nearMiss(listener: Listener, nearMiss: NearMiss): void;
  second(listener: Listener, second: SecondOfSignal): void;
  health(listener: Listener, health: SourceHealth): void;
  /** Called when a report could not be stored and the listener continued. */
  problem(thrown: unknown): void;
}

/**
 * One source with its ring buffer, detector and health. All work on the detector is serialised, so that settings and
 * networks change between two blocks and never within one.
 */
export class Listener {
  readonly source: AudioSource;
  readonly ring = new Ring();
  private readonly events: ListenerEvents;
  private readonly monotonicMs: () => number;
  private readonly microphone: MicrophoneHealth;
  private readonly check: SignalCheck;
  private network: Network;
  private settings: DetectorSettings;
  private detector: Detector;
  private nearMisses: NearMisses;
  /** Where the detector's sample counter began. After a gap a new detector starts, so that it never joins sounds across the gap. */
  private detectorFrom = 0;
  /** The end of the newest block on the source's time line, and when the block arrived. */
  private newest: { endSample: number; atMs: number };
  /**
   * Work runs one after the other. p-queue is not used, because this chain also records when each piece of work began
   * (for `isStuck`).
   */
  private turn: Promise<void> = Promise.resolve();
  private busySinceMs: number | null = null;

  constructor(
    source: AudioSource,
    network: Network,
    settings: DetectorSettings,
    events: ListenerEvents,
    monotonicMs: () => number,
  ) {
    this.source = source;
    this.network = network;
    this.settings = settings;
    this.events = events;
    this.monotonicMs = monotonicMs;
    this.newest = { endSample: 0, atMs: monotonicMs() };
    this.nearMisses = this.watchNearMisses();
    this.detector = this.openDetector(1);
    const microphoneEvents = { changed: () => events.health(this, this.health), restart: () => source.restart() };
    this.microphone = new MicrophoneHealth(microphoneEvents, source.live, monotonicMs());
    this.check = new SignalCheck((second) => {
      this.microphone.second(second, monotonicMs());
      events.second(this, second);
    });
  }

  /** Listens until the source ends or the signal aborts. Then decides about the events that are still undecided. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.processAll(signal);
    } catch (thrown) {
      await this.inTurn(() => this.emitOrTell(this.detector.sendHeld()));
      throw thrown;
    }
    await this.inTurn(async () => this.emitDetections(await this.detector.finish()));
  }

  /** Processes the sound of the source. Leaves events undecided at the end of the source. */
  async processAll(signal: AbortSignal): Promise<void> {
    for await (const block of this.source.start(signal)) await this.inTurn(() => this.processBlock(block));
  }

  /** Call it about once a second: detects that no sound arrives at all. */
  tick(): void {
    this.microphone.tick(this.monotonicMs(), this.source.trouble);
    // While a block is processed, the next one may only be waiting.
    if (this.busySinceMs !== null || !this.waitsInVain) return;
    void this.inTurn(async () => {
      if (this.waitsInVain) await this.emitOrTell(this.detector.sendHeld());
    });
  }

  configure(settings: DetectorSettings): Promise<void> {
    return this.inTurn(async () => {
      this.settings = settings;
      const held = this.detector.configure(settings);
      this.nearMisses = this.watchNearMisses();
      await this.emitOrTell(held);
    });
  }

  /** Uses another network from the next block on, also when a report of the old one cannot be stored. */
  switchTo(network: Network): Promise<void> {
    return this.inTurn(async () => {
      const held = this.detector.takeOver(network);
      // These reports belong to the old release, whose name they get.
      await this.emitOrTell(held ?? (await this.detector.interrupt()));
      this.network = network;
      this.nearMisses = this.watchNearMisses();
      if (held === null) this.startAfresh(this.ring.end);
    });
  }

  get health(): SourceHealth {
    return { name: this.source.name, ...this.microphone.health };
  }

  /** The newest score of each label, highest score first. */
  get scores(): { label: string; score: number }[] {
    const { scores } = this.detector;
    return this.network.labels
      .map((label, i) => ({ label, score: Math.min(1, Math.max(0, scores[i] ?? 0)) }))
      .sort((a, b) => b.score - a.score);
  }

  get release(): string {
    return this.network.manifest.version;
  }

  /**
   * Whether a block takes so long that its processing must be stuck. A block normally takes milliseconds, or a second
   * when a candidate is written to a slow card.
   */
  get isStuck(): boolean {
    return this.busySinceMs !== null && this.monotonicMs() - this.busySinceMs > STUCK_MS;
  }

  /** The length of the clip that the verifier needs: the last seconds of sound before a candidate is sent. */
  get clipS(): number {
    return this.network.manifest.verifier.clipS;
  }

  /** Seconds of sound so far, gaps included. */
  get seconds(): number {
    return this.ring.end / SAMPLE_RATE;
  }

  /** Where the source's time line is at this moment. While no sound comes from a live source, it goes on with the clock. */
  get nowSample(): number {
    const { endSample, atMs } = this.newest;
    return endSample + (this.source.live ? ((this.monotonicMs() - atMs) * SAMPLE_RATE) / 1000 : 0);
  }

  /** The share of blocks that the energy gate skipped. */
  get sleptRatio(): number {
    return this.detector.sleptRatio;
  }

  private async processBlock({ samples, atSample, gapBefore }: AudioBlock): Promise<void> {
    this.newest = { endSample: atSample + samples.length, atMs: this.monotonicMs() };
    if (gapBefore > 0) {
      await this.emitDetections(await this.detector.interrupt());
      this.startAfresh(atSample);
    }
    this.ring.push(samples, atSample);
    this.microphone.pace(this.ring.end, this.monotonicMs());
    this.check.push(samples);
    await this.emitDetections(await this.detector.push(samples));
  }

  /** Whether a report is held for sound that does not come. A file may be slow, but its sound comes or it ends. */
  private get waitsInVain(): boolean {
    return this.detector.isHolding && this.source.live && this.monotonicMs() - this.newest.atMs >= NO_BLOCK_MS;
  }

  private startAfresh(atSample: number): void {
    this.microphone.interrupted();
    this.nearMisses = this.watchNearMisses();
    this.detector = this.openDetector(this.detector.nextEventId);
    this.detectorFrom = atSample;
  }

  private openDetector(firstEventId: number): Detector {
    const { network, settings } = this;
    const onEvaluation = (probabilities: Float64Array, atSample: number) =>
      this.nearMisses.evaluate(probabilities, atSample);
    return new Detector(network, { settings, onEvaluation, firstEventId });
  }

  private watchNearMisses(): NearMisses {
    return new NearMisses(this.network, this.settings, (nearMiss) =>
      this.events.nearMiss(this, { ...nearMiss, peakSample: nearMiss.peakSample + this.detectorFrom }),
    );
  }

  private async emitDetections(detections: readonly Detection[]): Promise<void> {
    for (const detection of detections) await this.events.detected(this, this.onTimeLine(detection));
  }

  /** Tells of a report that cannot be stored, so that the other reports are sent and the listener continues. */
  private async emitOrTell(detections: readonly Detection[]): Promise<void> {
    for (const detection of detections)
      await this.emitDetections([detection]).catch((thrown: unknown) => this.events.problem(thrown));
  }

  private onTimeLine(detection: Detection): Detection {
    const from = this.detectorFrom;
    return detection.type === 'candidate'
      ? { ...detection, startSample: detection.startSample + from, detectedSample: detection.detectedSample + from }
      : { ...detection, atSample: detection.atSample + from };
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.turn.then(async () => {
      this.busySinceMs = this.monotonicMs();
      await work();
    });
    this.turn = done.then(
      () => void (this.busySinceMs = null),
      () => void (this.busySinceMs = null),
    );
    return done;
  }
}
