import { EarshotError } from '@earshot/shared/errors.ts';
import type { RateLimits } from './rate-limits.ts';

/**
 * The most wrong codes per minute from all senders together. A limit per address is not enough, because an attacker can have many
 * addresses. A code has 40 bits: at this rate an attacker would find one of 100 open codes once in 170 years.
 */
const WRONG_A_MINUTE = 120;
const SPACE = 'pairing codes';

/** Limits wrong pairing codes from all clients together, in addition to the limit per address. */
export class PairingGuesses {
  private readonly limits: RateLimits;

  constructor(limits: RateLimits) {
    this.limits = limits;
  }

  /**
   * Counts a guess before the code is checked, so that simultaneous guesses cannot all pass. A correct code is subtracted again.
   */
  async guess<T>(pair: () => Promise<T>): Promise<T> {
    this.limits.take(SPACE, WRONG_A_MINUTE);
    try {
      const paired = await pair();
      this.limits.giveBack(SPACE);
      return paired;
    } catch (error) {
      // A failure for another reason, such as a database error, is not a wrong guess.
      if (!(error instanceof EarshotError && error.code === 'PAIRING_CODE')) this.limits.giveBack(SPACE);
      throw error;
    }
  }
}
