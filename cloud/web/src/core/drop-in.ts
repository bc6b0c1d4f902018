import type { Incident } from '@earshot/shared/contracts/home.ts';
import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';

/**
 * The sample rate of the device. If the browser played at another rate, it would resample each second of sound
 * separately, and each second would begin and end with a click.
 */
export const LIVE_SAMPLE_RATE = 16_000;

/**
 * Whether a member may listen live now. The cloud uses the same rule: an alarm test and a notice about a device are not
 * alerts.
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
