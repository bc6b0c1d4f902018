import type { DetectorSettings } from '../detect/detector-settings.ts';
import { levelOf } from '../detect/detector-settings.ts';
import type { Network } from '../network/network.ts';
import { isTaught } from '@earshot/shared/contracts/taught-sounds.ts';
import type { Level } from '@earshot/shared/labels.ts';

/** A sound whose probability rose above the floor but stayed below the threshold. */
export interface NearMiss {
  label: string;
  /** The highest probability that the sound reached, and the sample at which it did. */
  score: number;
  peakSample: number;
  threshold: number;
  level: Level;
}

/**
 * A near miss has ended when its probability was below the floor for this long. The network sleeps after a longer quiet
 * time, which matters because a sleeping network evaluates nothing.
 */
const OVER_AFTER_S = 3;
/**
 * A continuing sound counts as a near miss this long after its highest score, while the ring buffer still holds the
 * recording.
 */
const JUDGED_AFTER_S = 8;

interface Watched {
  head: number;
  label: string;
  floor: number;
  threshold: number;
  level: Level;
  state: 'quiet' | 'suspected' | 'done';
  score: number;
  peakSample: number;
  suspectedSample: number;
}

/**
 * Follows the probabilities of all labels and finds the near misses: one for each time that a label's probability rises
 * above the release's floor and falls again without reaching the threshold. Sounds that reach it are reported anyway.
 * Sounds that the home taught are left out, because they have no verifier.
 */
export class NearMisses {
  private readonly watched: Watched[];
  private readonly sampleRate: number;
  private readonly found: (nearMiss: NearMiss) => void;

  constructor({ manifest, decision }: Network, settings: DetectorSettings, found: (nearMiss: NearMiss) => void) {
    this.sampleRate = manifest.frontEnd.sampleRate;
    this.found = found;
    this.watched = manifest.heads.flatMap(({ label, levels }, head) => {
      const level = levelOf(settings, label);
      const [floor, threshold] = [decision.labels[label]?.floor, levels[level]?.threshold];
      if (isTaught(label) || floor === undefined || threshold === undefined) return [];
      const nothing = { state: 'quiet' as const, score: 0, peakSample: 0, suspectedSample: 0 };
      return [{ head, label, floor, threshold, level, ...nothing }];
    });
  }

  /** Takes one evaluation of the detector. The probability of a disabled label is 0. */
  evaluate(probabilities: Float64Array, atSample: number): void {
    for (const one of this.watched) this.follow(one, probabilities[one.head] ?? 0, atSample);
  }

  private follow(one: Watched, probability: number, atSample: number): void {
    const { sampleRate } = this;
    if (probability >= one.floor) {
      if (one.state === 'quiet') Object.assign(one, { state: 'suspected', score: 0 });
      one.suspectedSample = atSample;
      if (probability > one.score) Object.assign(one, { score: probability, peakSample: atSample });
    }
    // A sound that has reached its threshold is not a near miss, even when the refractory time prevents its report. The
    // next near miss can begin only after this sound has ended.
    if (probability >= one.threshold) one.state = 'done';
    const isOver = atSample - one.suspectedSample >= OVER_AFTER_S * sampleRate;
    const isLong = atSample - one.peakSample >= JUDGED_AFTER_S * sampleRate;
    if (one.state === 'suspected' && (isOver || isLong)) {
      const { label, score, peakSample, threshold, level } = one;
      this.found({ label, score, peakSample, threshold, level });
      one.state = 'done';
    }
    if (one.state === 'done' && isOver) one.state = 'quiet';
  }
}
