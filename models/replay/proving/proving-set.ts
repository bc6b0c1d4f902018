/** What the command offers; apart from the generators, which load with the first sound. */
export const PROVING_SETS = ['alarms', 'appliances', 'pairs'] as const;
export type ProvingSet = (typeof PROVING_SETS)[number];
