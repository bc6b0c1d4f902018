import type { Random } from '../synthesis/random.ts';

/** The highest SNR of events in rendered scenes. */
const LOUDEST_SNR_DB = 30;

export const snrBetween = (random: Random, leastDb: number): number => random.uniform(leastDb, LOUDEST_SNR_DB);

/**
 * A random SNR for a scene's event, at least `leastSnrDb`. When `leastSnrDb` is absent, the scene chooses the SNR, and
 * the event may be inaudible.
 */
export const snrFrom = (random: Random, leastSnrDb: number | undefined): { snrDb?: number } =>
  leastSnrDb === undefined ? {} : { snrDb: snrBetween(random, leastSnrDb) };
