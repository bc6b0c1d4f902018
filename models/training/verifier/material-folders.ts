import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Manifest } from '@earshot/shared/contracts/release.ts';
import type { VerifierRun } from './run.ts';

/**
 * Increase this when a change of scenes, sessions, homes or the detector changes the played sounds or the candidates.
 * Folders of version 1 have no version in their names.
 */
const MATERIAL_VERSION = 12;

export interface MaterialFolders {
  scenes: string;
  candidates: string;
  alarms: string;
  /** Alarms without a standard's rhythm, and what whistles and beeps for as long. */
  longTones: string;
  homes: string;
  /** Folder of calibration's house days. */
  days: string;
}

/**
 * The folders in which a run keeps its material. Version, seed and corpus, and for candidates the device, have separate
 * folders, so that a work folder that is used again never mixes them.
 */
export function materialFolders(
  { folder, seed, corpus }: Pick<VerifierRun, 'folder' | 'seed' | 'corpus'>,
  { trunk, heads, decision }: Pick<Manifest, 'trunk' | 'heads' | 'decision'>,
): MaterialFolders {
  const played = [MATERIAL_VERSION, seed, corpus];
  const device = [trunk.sha256, decision.sha256, heads.map(({ label, sha256, levels }) => [label, sha256, levels])];
  const reported = hashOf([...played, ...device]);
  return {
    scenes: join(folder, `scenes-${hashOf(played)}`),
    candidates: join(folder, `candidates-${reported}`),
    alarms: join(folder, `alarms-${reported}`),
    longTones: join(folder, `long-tones-${reported}`),
    homes: join(folder, `homes-${hashOf([reported, 'whole days'])}`),
    days: join(folder, `days-${reported}`),
  };
}

const hashOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
