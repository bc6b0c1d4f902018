/**
 * The names of the sets of sounds, for the command line. They are in a separate file, so that the command line loads no
 * code that makes sounds.
 */
export const SOUND_SETS = ['alarms', 'appliances', 'pairs'] as const;
export type SoundSet = (typeof SOUND_SETS)[number];

/** `shifts` plays some sounds of each set in several ways; the decision must be the same each time. */
export const PROVING_SETS = [...SOUND_SETS, 'shifts'] as const;
export type ProvingSet = (typeof PROVING_SETS)[number];
