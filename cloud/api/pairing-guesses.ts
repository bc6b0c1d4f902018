import { EarshotError } from '@earshot/shared/errors.ts';
import type { RateLimits } from './rate-limits.ts';

/**
 * Wrong codes per minute from all senders together: addresses are cheap, and all codes come from one space of 40 bits. At this rate guesses
 * find one of 100 open codes once in 170 years.
 */
const WRONG_A_MINUTE = 120;
const SPACE = 'pairing codes';

/** Limits guesses of pairing codes over the whole code space, in addition to the limit per address. */
export class PairingGuesses {
  private readonly limits: RateLimits;

  constructor(limits: RateLimits) {
    this.limits = limits;
  }

  /** A guess counts from its start, so that many at once do not all pass; a correct one is given back. */
  async guess<T>(pair: () => Promise<T>): Promise<T> {
    this.limits.take(SPACE, WRONG_A_MINUTE);
    try {
      const paired = await pair();
      this.limits.giveBack(SPACE);
      return paired;
    } catch (error) {
      // A failure for another reason was not a guess.
      if (!(error instanceof EarshotError && error.code === 'PAIRING_CODE')) this.limits.giveBack(SPACE);
      throw error;
    }
  }
}
