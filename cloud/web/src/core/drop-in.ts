import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';

/**
 * The device's sample rate. At any other rate the browser would resample each second separately, with a click at its
 * ends.
 */
export const LIVE_SAMPLE_RATE = 16_000;

/**
 * Whether the person may listen live now. The rule is the same as in the cloud: a test of the alarms and a notice about
 * a device are not alerts.
 */
export function mayListenLive(
  { dropIn }: Pick<HomeSettings, 'dropIn'>,
  open: readonly Pick<Incident, 'class' | 'test' | 'verdict'>[],
): boolean {
  if (dropIn !== 'during_alerts') return dropIn === 'always';
  return open.some(
    (incident) =>
      incident.class !== 'upkeep' &&
      !incident.test &&
      (incident.verdict === 'confirmed' || incident.verdict === 'unverified'),
  );
}
