import type { TaughtName } from '@earshot/shared/contracts/teaching.ts';

/** The names and icons that this home chose for its taught sounds, by label. */
export const taughtNames = new Map<string, TaughtName>();

export function takeTaughtNames(names: readonly TaughtName[]): void {
  taughtNames.clear();
  for (const one of names) taughtNames.set(one.label, one);
}
