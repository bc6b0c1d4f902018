/**
 * Counts for one teaching method: in how many renderings of a taught sound it was reported, and in how many recordings
 * of other sounds.
 */
import { wilson } from '@earshot/shared/statistics/intervals.ts';
import { shareWords } from '@earshot/shared/statistics/share-words.ts';
import { RECORDINGS_PER_DAY } from '../sound-bank.ts';

interface Share {
  hits: number;
  trials: number;
}

export class Tally {
  private readonly shares = { sameRoom: empty(), otherRooms: empty(), others: empty() };

  count(of: 'sameRoom' | 'otherRooms' | 'others', isReported: boolean): void {
    this.shares[of].trials++;
    if (isReported) this.shares[of].hits++;
  }

  /** "found 92.0 % (88.0 to 95.0) in the same room, … ; 0.12 (0.07 to 0.21) false alerts a day for each sound" */
  toString(): string {
    const { sameRoom, otherRooms, others } = this.shares;
    const { low, high } = wilson(others.hits, others.trials);
    const perDay = (share: number): string => (share * RECORDINGS_PER_DAY).toFixed(2);
    const falseAlerts = `${perDay(others.hits / Math.max(1, others.trials))} (${perDay(low)} to ${perDay(high)}; ${others.hits} of ${others.trials})`;
    return `found ${percent(sameRoom)} in the same room, ${percent(otherRooms)} in others; ${falseAlerts} false alerts a day for each sound`;
  }
}

const empty = (): Share => ({ hits: 0, trials: 0 });

const percent = ({ hits, trials }: Share): string => shareWords(hits, trials);
