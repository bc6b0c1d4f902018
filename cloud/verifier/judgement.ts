import type { Levels } from '@earshot/shared/contracts/release.ts';
import type { Level } from '@earshot/shared/labels.ts';
import type { z } from 'zod';
import type { Scores } from './clip-scorer.ts';

export interface Judgement {
  verdict: 'confirmed' | 'rejected' | 'unverified';
  score: number | null;
}

/**
 * The verifier's verdict at the home's sensitivity. If the device's release is newer, it may report a label that this release's verifier
 * does not know. Such a label stays unverified.
 */
export function judge(
  { levels }: { levels: Record<string, z.infer<typeof Levels>> },
  label: string,
  level: Level,
  scores: Scores,
): Judgement {
  const threshold = levels[label]?.[level]?.threshold;
  const score = scores[label];
  if (threshold === undefined || score === undefined) return { verdict: 'unverified', score: null };
  return { verdict: score >= threshold ? 'confirmed' : 'rejected', score };
}
