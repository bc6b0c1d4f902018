import type { Heartbeat, SirenState } from '@earshot/shared/contracts/device.ts';
import type { SilencedSound } from '@earshot/shared/contracts/ignored-sounds.ts';
import type { Ears } from '../listening/ears.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { HomeSettingsKeeper } from '../settings/home-settings.ts';
import type { Vitals } from './vitals.ts';

export interface StatusParts {
  software: string;
  ears: Ears;
  outbox: Outbox;
  settings: HomeSettingsKeeper;
  vitals: Vitals;
  siren: SirenState;
  dropIn: boolean;
  silenced: SilencedSound[];
  releaseState: () => Heartbeat['releaseState'];
}

/**
 * The state of this device as a heartbeat contains it. The cloud, `earshot device status` and Prometheus all get the
 * same.
 */
export function describeStatus(
  { software, ears, outbox, settings, vitals, siren, dropIn, silenced, releaseState }: StatusParts,
  live: boolean,
): Heartbeat {
  const { manifest, labels } = ears.network;
  return {
    software,
    release: manifest.version,
    releaseState: releaseState(),
    labels: [...labels],
    uptimeS: vitals.uptimeS,
    settingsVersion: settings.settings.version,
    sources: ears.health.slice(0, 16),
    hears: live ? ears.scores.slice(0, 16) : [],
    outbox: outbox.stats(),
    cpuPercent: vitals.cpuPercent(),
    rssMb: vitals.rssMb,
    gateSavedPercent: ears.gateSavedPercent,
    siren,
    dropIn,
    silenced,
  };
}
