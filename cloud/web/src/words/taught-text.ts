import type { TaughtSound } from '@earshot/shared/contracts/teaching.ts';
import { EXAMPLE_S, EXAMPLES_NEEDED, foundIn } from '../core/taught-sounds.ts';
import { t } from './words.ts';

/** One sentence about a taught sound: what to do now, its progress, or how well it is recognised. */
export function stateText(sound: TaughtSound): string {
  const words = t().teach;
  const { state, figures, reason, examples } = sound;
  if (examples.some((example) => example.state === 'recording')) return words.recording(EXAMPLE_S);
  if (examples.some((example) => example.state === 'waiting')) return words.waiting;
  if (state === 'learning') return words.learning;
  if (state === 'failed') return reason === 'examples' ? words.notReady : words.error;
  if (state === 'ready' && figures)
    return words.ready(Math.round(figures.found * 10), mistakesText(figures.mistakesPerDay));
  return words.count(Math.min(EXAMPLES_NEEDED, foundIn(sound).length), EXAMPLES_NEEDED);
}

function mistakesText(perDay: number): string {
  const words = t().teach;
  const days = Math.round(1 / perDay);
  if (days >= 30) return words.inMonth;
  return days > 1 ? words.inDays(days) : words.perDay(Math.round(perDay));
}
