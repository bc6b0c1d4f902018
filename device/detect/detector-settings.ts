import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import { MODES, type Level, type Mode } from '@earshot/shared/labels.ts';
import { defaultSound, listensFor } from '@earshot/shared/settings.ts';

export interface DetectorSettings {
  mode: Mode;
  sounds: HomeSettings['sounds'];
  /** Sleep in silence. Off: every frame is computed. */
  gate: boolean;
}

/** Everything that the release can hear, in every mode, at one level: for measuring. */
export function listenToAll(labels: readonly string[], level: Level, gate = false): DetectorSettings {
  return {
    mode: 'home',
    gate,
    sounds: Object.fromEntries(labels.map((label) => [label, { modes: [...MODES], level }])),
  };
}

export const levelOf = ({ sounds }: DetectorSettings, label: string): Level =>
  (sounds[label] ?? defaultSound(label)).level;

export const listens = (settings: DetectorSettings, label: string): boolean =>
  listensFor(settings, label, settings.mode);
