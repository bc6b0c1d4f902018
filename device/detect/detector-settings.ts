import type { HomeSettings } from '@earshot/shared/contracts/settings.ts';
import type { MadeEmbedding } from '@earshot/shared/features/embedding.ts';
import { MODES, type Level, type Mode } from '@earshot/shared/labels.ts';
import { defaultSound, listensFor } from '@earshot/shared/settings.ts';

/** The ignored sounds that the device silences by itself. */
export interface SilencedSounds {
  /** The id of the ignored sound that a sound with this label is similar to; null: none. */
  find(label: string, embedding: MadeEmbedding): string | null;
}

export interface DetectorSettings {
  mode: Mode;
  sounds: HomeSettings['sounds'];
  /** Whether the network skips quiet frames. Off: every frame is computed. */
  gate: boolean;
  silenced?: SilencedSounds | undefined;
}

/** Settings for measurements: all labels of the release, in every mode, at one level. */
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

/** The labels that the current mode does not report and another mode does. */
export function onlyInOtherModes(settings: DetectorSettings, labels: readonly string[]): string[] {
  const isInSomeMode = (label: string): boolean => MODES.some((mode) => listens({ ...settings, mode }, label));
  return labels.filter((label) => !listens(settings, label) && isInSomeMode(label));
}
