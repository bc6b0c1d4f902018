import type { TaughtFigures } from '@earshot/shared/contracts/taught-sounds.ts';

/** "ready: finds about 9 of 10, about one mistake in 5 days" */
export function readyWords({ found, mistakesPerDay }: TaughtFigures): string {
  return `finds about ${Math.round(found * 10)} of 10, ${mistakeWords(mistakesPerDay)}`;
}

function mistakeWords(perDay: number): string {
  if (perDay >= 1.5) return `about ${Math.round(perDay)} mistakes a day`;
  const days = Math.round(1 / perDay);
  if (days >= 30) return 'at most about one mistake a month';
  return days <= 1 ? 'about one mistake a day' : `about one mistake in ${days} days`;
}
