import type { Verdict } from '@earshot/shared/contracts/home.ts';

/** In the order of a filter. Written out, because importing the contract itself would bring its validator into the app. */
export const VERDICTS = ['confirmed', 'unverified', 'pending', 'rejected'] as const satisfies Verdict[];
