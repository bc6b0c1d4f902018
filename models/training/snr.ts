import type { Random } from '../synthesis/random.ts';

/** No event of the material is louder relative to its background. */
const LOUDEST_SNR_DB = 30;

export const snrBetween = (random: Random, leastDb: number): number => random.uniform(leastDb, LOUDEST_SNR_DB);

/** The SNR of a scene's event, from `leastSnrDb` up; absent: the scene draws its own, down to inaudible. */
export const snrFrom = (random: Random, leastSnrDb: number | undefined): { snrDb?: number } =>
  leastSnrDb === undefined ? {} : { snrDb: snrBetween(random, leastSnrDb) };
