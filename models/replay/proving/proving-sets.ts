import { ALARM_SOUNDS, alarmSound } from './alarm-sounds.ts';
import { APPLIANCE_SOUNDS, applianceSound } from './appliance-sounds.ts';
import { PAIR_SOUNDS, pairSound } from './pair-sounds.ts';
import type { ProvingSet } from './proving-set.ts';
import type { ProvingSound } from './proving-sound.ts';

const SETS: Record<ProvingSet, { count: number; make: (seed: number, index: number) => ProvingSound }> = {
  alarms: { count: ALARM_SOUNDS, make: alarmSound },
  appliances: { count: APPLIANCE_SOUNDS, make: applianceSound },
  pairs: { count: PAIR_SOUNDS, make: pairSound },
};

/** One sound after the other: a set is some hundreds of megabytes. The same seed gives the same samples. */
export function* provingSounds(set: ProvingSet, seed: number, count = SETS[set].count): Generator<ProvingSound> {
  for (let index = 0; index < count; index++) yield SETS[set].make(seed, index);
}
