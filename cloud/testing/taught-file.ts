import type { TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';

/** What a training gives, without one: the cloud keeps and hands out the head and never runs it. */
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
