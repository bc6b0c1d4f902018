import type { IgnoredSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import { t } from './words.ts';

/**
 * How often an ignored sound was heard again. The second check counts the sounds that it ignored, the device counts
 * those that it ignored by itself and that the second check never got.
 */
export function heardAgain({
  active,
  ignored,
  onDevice,
}: Pick<IgnoredSound, 'active' | 'ignored' | 'onDevice'>): string[] {
  const words = t().ignored;
  if (!onDevice) return [active ? words.times(ignored) : words.outdated];
  const wasHeard = ignored > 0 || onDevice.week > 0 || onDevice.lastAt !== null;
  return [...(ignored > 0 || !wasHeard ? [words.times(ignored)] : []), words.onDevice(onDevice.week)];
}
