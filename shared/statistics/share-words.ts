import { wilson } from './intervals.ts';

/** Writes a share with its 95 % interval, for example "80.6 % (73.3 to 86.2; 116 of 144)". */
export function shareWords(hits: number, trials: number): string {
  const { low, high } = wilson(hits, trials);
  const percent = (share: number): string => (100 * share).toFixed(1);
  return `${percent(hits / Math.max(1, trials))} % (${percent(low)} to ${percent(high)}; ${hits} of ${trials})`;
}
