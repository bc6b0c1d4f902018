import type { Level } from '@earshot/shared/labels.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { ProvingBench } from './proving-bench.ts';
import type { ProvingSet } from './proving-set.ts';
import { provingSounds } from './proving-sets.ts';
import { RATE } from './tone.ts';

export interface ProveOptions {
  releaseDir: string;
  stage: 'device' | 'both';
  level: Level;
  seed: number;
  /** Only the first ones of the set. */
  count?: number;
  signal: AbortSignal;
  onSound?: (outcome: Outcome) => void;
}

/** Plays a set of proving sounds through a release and says what came of each. */
export async function prove(set: ProvingSet, options: ProveOptions): Promise<Outcome[]> {
  const { releaseDir, stage, level, seed, count, signal, onSound } = options;
  const bench = await ProvingBench.open(releaseDir, stage, level);
  const outcomes: Outcome[] = [];
  try {
    for (const sound of provingSounds(set, seed, count)) {
      signal.throwIfAborted();
      const outcome = outcomeOf(sound, await bench.alertsOf(sound.samples), RATE);
      outcomes.push(outcome);
      onSound?.(outcome);
    }
  } finally {
    await bench.close();
  }
  return outcomes;
}
