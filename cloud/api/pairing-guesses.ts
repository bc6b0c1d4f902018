import { EarshotError } from '@earshot/shared/errors.ts';
import type { RateLimits } from './rate-limits.ts';

/**
 * Wrong codes that are answered a minute, whoever sends them: addresses are cheap, and all codes come from one space of 40 bits. At this
 * rate a guess meets one of 100 open codes once in 170 years.
 */
const WRONG_A_MINUTE = 120;
const SPACE = 'pairing codes';

/** Limits guesses of pairing codes for the whole code space, beside the limit of each address. */
export class PairingGuesses {
  private readonly limits: RateLimits;

  constructor(limits: RateLimits) {
    this.limits = limits;
  }

  /** A guess counts from its start, so that many at once do not all pass; one that was right is given back. */
  async guess<T>(pair: () => Promise<T>): Promise<T> {
    this.limits.take(SPACE, WRONG_A_MINUTE);
    try {
      const paired = await pair();
      this.limits.giveBack(SPACE);
      return paired;
    } catch (error) {
      // Whatever failed for another reason was no guess.
      if (!(error instanceof EarshotError && error.code === 'PAIRING_CODE')) this.limits.giveBack(SPACE);
      throw error;
    }
  }
}
