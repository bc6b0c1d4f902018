/**
 * The names of the sets, for the command line. They are in a separate file, so that the generators are loaded only with
 * the first sound.
 */
export const SOUND_SETS = ['alarms', 'appliances', 'pairs'] as const;
export type SoundSet = (typeof SOUND_SETS)[number];

/** `shifts`: some sounds of each set, each played in several ways that must not change the decision. */
export const PROVING_SETS = [...SOUND_SETS, 'shifts'] as const;
export type ProvingSet = (typeof PROVING_SETS)[number];
