/** What the command offers; apart from the generators, which load with the first sound. */
export const SOUND_SETS = ['alarms', 'appliances', 'pairs'] as const;
export type SoundSet = (typeof SOUND_SETS)[number];

/** `shifts`: some of each set, each heard in several ways that must not matter. */
export const PROVING_SETS = [...SOUND_SETS, 'shifts'] as const;
export type ProvingSet = (typeof PROVING_SETS)[number];
