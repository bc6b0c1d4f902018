import { ALARM_SOUNDS, alarmSound } from './alarm-sounds.ts';
import { APPLIANCE_SOUNDS, applianceSound } from './appliance-sounds.ts';
import { PAIR_SOUNDS, pairSound } from './pair-sounds.ts';
import type { SoundSet } from './proving-set.ts';
import type { ProvingSound } from './proving-sound.ts';

const SETS: Record<SoundSet, { count: number; make: (seed: number, index: number, leadS?: number) => ProvingSound }> = {
  alarms: { count: ALARM_SOUNDS, make: alarmSound },
  appliances: { count: APPLIANCE_SOUNDS, make: applianceSound },
  pairs: { count: PAIR_SOUNDS, make: pairSound },
};

/**
 * Yields one sound at a time, because a whole set takes some hundreds of megabytes. The same seed gives the same
 * samples.
 */
export function* provingSounds(set: SoundSet, seed: number, count = SETS[set].count): Generator<ProvingSound> {
  for (let index = 0; index < count; index++) yield SETS[set].make(seed, index);
}

/** One sound of a set, with `leadS` more seconds of noise before it than usual. */
export const provingSound = (set: SoundSet, seed: number, index: number, leadS = 0): ProvingSound =>
  SETS[set].make(seed, index, leadS);
