import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Manifest } from '@earshot/shared/contracts/release.ts';
import type { VerifierRun } from './run.ts';

/**
 * Increase it when a change of scenes, sessions, homes or of the detector changes what is played or reported. 1 was
 * kept in folders without a version.
 */
const MATERIAL_VERSION = 2;

export interface MaterialFolders {
  scenes: string;
  candidates: string;
  homes: string;
  /** Folder of calibration's house days. */
  days: string;
}

/**
 * Where a run keeps its material: a folder for each version, seed and corpus, and for the device that reported the
 * candidates. A work folder that is used again never mixes them.
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
    homes: join(folder, `homes-${reported}`),
    days: join(folder, `days-${reported}`),
  };
}

const hashOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
