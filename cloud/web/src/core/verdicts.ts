import type { Verdict } from '@earshot/shared/contracts/home.ts';

/**
 * Verdicts in the order in which the filter lists them. Written out, because importing the contract itself would bring
 * its validator into the app.
 */
export const VERDICTS = ['confirmed', 'unverified', 'pending', 'rejected'] as const satisfies Verdict[];
