import { lastsMs } from '@earshot/cloud/incidents/incident.ts';
import { COOL_DOWN_MS } from '@earshot/shared/cool-down.ts';
import { labelInfo } from '@earshot/shared/labels.ts';
import { policyOf } from '../../training/calibration/policy.ts';
import type { FalseAlarm } from './product.ts';

/** The alert of one sound: when it ends unless another report comes, and when members were last told. */
interface Open {
  endsS: number;
  toldS: number;
}

/**
 * The confirmed reports with which a phone rings; `reports`: confirmed and rejected ones. As in the cloud:
 * - A report of a sound that has an open alert belongs to that alert and keeps it open, even if it is rejected.
 * - Members are not told of the same security or upkeep sound again within the cool-down.
 */
export function phoneAlerts(reports: readonly FalseAlarm[]): FalseAlarm[] {
  const open = new Map<string, Open>();
  return reports
    .toSorted((a, b) => a.session - b.session || a.alert.detectedS - b.alert.detectedS)
    .filter(({ session, alert: { label, detectedS, endS, verifier } }) => {
      const sound = `${session} ${label}`;
      const before = open.get(sound) ?? { endsS: -Infinity, toldS: -Infinity };
      const kind = labelInfo(label).class;
      const isNew = detectedS >= before.endsS;
      if (isNew && verifier?.confirmed !== true) return false;
      const isTold = isNew && (kind === 'safety' || detectedS - before.toldS >= COOL_DOWN_MS / 1_000);
      // The device reports the end of a sound only when it has waited for its longest pause.
      const endedS = Math.max(detectedS, endS + policyOf(label).events.holdS);
      open.set(sound, {
        endsS: Math.max(before.endsS, endedS + lastsMs({ class: kind, label }) / 1_000),
        toldS: isTold ? detectedS : before.toldS,
      });
      return isTold;
    });
}
