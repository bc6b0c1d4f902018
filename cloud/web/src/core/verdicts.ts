import type { Verdict } from '@earshot/shared/contracts/home.ts';

/**
 * The verdicts, in the order of the history's filter: a copy of the list in the API contract, because an import of the
 * contract would add its validator to the built app.
 */
export const VERDICTS = ['confirmed', 'unverified', 'pending', 'rejected'] as const satisfies Verdict[];
