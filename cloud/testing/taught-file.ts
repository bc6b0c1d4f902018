import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';

/** Makes the file of a taught sound without a training. The cloud stores and delivers the head, but never runs it. */
export function taughtFile(label: string, trunkSha256: string, found = 0.9): TaughtSoundFile {
  const level = { threshold: 0.5, perDay: 0.2, missRate: 1 - found };
  const events = { refractoryS: 30, holdS: 4, burst: 6, refillS: 60 };
  return {
    schema: 1,
    label,
    trunkSha256,
    levels: { low: level, medium: level, high: level },
    decision: { bias: 0, weights: { [`peak_${label}`]: 2.3 }, floor: 0.1, ...events },
    figures: { found, mistakesPerDay: 0.2 },
    head: 'AAAA',
  };
}
