import { EarshotError } from '@earshot/shared/errors.ts';

/** The value of a flag that counts something. */
export function countOf(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new EarshotError('USAGE', `--${flag}: "${text}" is not a whole number above 0.`);
  return count;
}
