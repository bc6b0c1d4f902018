import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { t } from './words.ts';

/** Whether the microphone works, and if it does not: what is wrong and what to do. */
export function sourceText({ state, reason }: DeviceView['sources'][number]): string {
  const words = t().device;
  const text = words.mic[state] ?? state;
  // A microphone that works again still has the reason of its failure.
  if (reason === null || (state !== 'deaf' && state !== 'failed')) return text;
  return `${text}: ${words.reasons[reason] ?? reason}`;
}
