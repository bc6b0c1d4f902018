import type { Verdict } from '@earshot/shared/contracts/home.ts';

/**
 * Verdicts in the order in which the filter lists them. The list is repeated here, because importing the contract would
 * add its validator to the app.
 */
export const VERDICTS = ['confirmed', 'unverified', 'pending', 'rejected'] as const satisfies Verdict[];
