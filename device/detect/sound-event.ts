/** The life of one label's events, in samples only: quiet, suspected, reported, ended. */
import type { LabelDecision } from '@earshot/shared/contracts/release.ts';

export type Reported = 'first' | 'again';

export class SoundEvent {
  rules: LabelDecision;
  private readonly sampleRate: number;
  /** Last time that its probability reached the floor. */
  suspectedSample = -Infinity;
  private reportedSample = -Infinity;
  private openSince: number | null = null;
  private tokens: number;
  private refilledSample = 0;

  constructor(rules: LabelDecision, sampleRate: number) {
    this.rules = rules;
    this.sampleRate = sampleRate;
    this.tokens = rules.burst;
  }

  /** Reported, and not ended. */
  get isOpen(): boolean {
    return this.openSince !== null;
  }

  suspect(atSample: number): void {
    this.suspectedSample = atSample;
  }

  /** Its decision passed: whether it may be reported now, and as what. */
  report(atSample: number): Reported | null {
    if (atSample - this.reportedSample < this.rules.refractoryS * this.sampleRate) return null;
    this.refill(atSample);
    if (this.tokens < 1) return null;
    this.tokens--;
    this.reportedSample = atSample;
    const kind = this.isOpen ? 'again' : 'first';
    this.openSince ??= atSample;
    return kind;
  }

  /** A reported event was not suspected for longer than its alarm may pause. */
  isOver(atSample: number): boolean {
    return this.isOpen && atSample - this.suspectedSample >= this.rules.holdS * this.sampleRate;
  }

  /** True if it was open. */
  close(): boolean {
    const wasOpen = this.isOpen;
    this.openSince = null;
    return wasOpen;
  }

  private refill(atSample: number): void {
    const earned = (atSample - this.refilledSample) / (this.rules.refillS * this.sampleRate);
    this.tokens = Math.min(this.rules.burst, this.tokens + earned);
    this.refilledSample = atSample;
  }
}
