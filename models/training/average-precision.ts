/**
 * The mean of the precision at each real sound, when the sounds are ordered by score: 1 if every real sound has a higher
 * score than every other sound. NaN without a real sound.
 */
export function averagePrecision(asked: readonly { score: number; isReal: boolean }[]): number {
  const sorted = asked.toSorted((a, b) => b.score - a.score);
  let found = 0;
  let sum = 0;
  sorted.forEach(({ isReal }, at) => {
    if (!isReal) return;
    found += 1;
    sum += found / (at + 1);
  });
  return sum / found;
}
