import { lastsMs } from '@earshot/cloud/incidents/incident.ts';
import { COOL_DOWN_MS } from '@earshot/shared/cool-down.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import type { FalseAlarm } from './product.ts';

/** The alert of one sound: until when the sound was heard, and when members were last told. */
interface Open {
  heardS: number;
  toldS: number;
}

/**
 * The confirmed reports with which a phone rings. As in the cloud, a report of a sound that still goes on belongs to its
 * open alert, and members are not told of the same security or upkeep sound again within the cool-down.
 */
export function phoneAlerts(confirmed: readonly FalseAlarm[]): FalseAlarm[] {
  const open = new Map<string, Open>();
  return confirmed
    .toSorted((a, b) => a.session - b.session || a.alert.detectedS - b.alert.detectedS)
    .filter(({ session, alert: { label, detectedS, endS } }) => {
      const sound = `${session} ${label}`;
      const before = open.get(sound) ?? { heardS: -Infinity, toldS: -Infinity };
      const kind = labelInfo(label).class;
      const isNew = 1_000 * (detectedS - before.heardS) >= lastsMs({ class: kind, label });
      const isTold = isNew && (kind === 'safety' || 1_000 * (detectedS - before.toldS) > COOL_DOWN_MS);
      open.set(sound, {
        heardS: Math.max(before.heardS, detectedS, endS),
        toldS: isTold ? detectedS : before.toldS,
      });
      return isTold;
    });
}
