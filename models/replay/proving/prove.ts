import type { Level } from '@earshot/shared/labels.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { isAlerted, ProvingBench } from './proving-bench.ts';
import type { SoundSet } from './proving-set.ts';
import { provingSounds } from './proving-sets.ts';
import { RATE } from './tone.ts';

export interface ProveOptions {
  releaseDir: string;
  stage: 'device' | 'both';
  level: Level;
  seed: number;
  /** Play only this many sounds, from the beginning of the set. */
  count?: number;
  signal: AbortSignal;
}

/** Plays a set of proving sounds through a release and yields the outcome of each. */
export async function prove(set: SoundSet, options: ProveOptions): Promise<Outcome[]> {
  const { releaseDir, stage, level, seed, count, signal } = options;
  const bench = await ProvingBench.open(releaseDir, stage, level);
  const outcomes: Outcome[] = [];
  try {
    for (const sound of provingSounds(set, seed, count)) {
      signal.throwIfAborted();
      const alerts = (await bench.candidatesOf(sound.samples)).filter(isAlerted);
      const outcome = outcomeOf(sound, alerts, RATE);
      outcomes.push(outcome);
    }
  } finally {
    await bench.close();
  }
  return outcomes;
}
