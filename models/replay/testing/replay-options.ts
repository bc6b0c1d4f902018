import { join } from 'node:path';
import type { ReplayOptions } from '../replay.ts';

/**
 * Options of a replay that plays `dir/corpus` through the device stage of the release in `dir/release` and writes into
 * the folder `out` in `dir`.
 */
export const replayOptions = (dir: string, out: string, more: Partial<ReplayOptions> = {}): ReplayOptions => ({
  corpus: join(dir, 'corpus'),
  releaseDir: join(dir, 'release'),
  stage: 'device',
  level: 'medium',
  mode: { kind: 'clips' },
  seed: 1,
  gate: true,
  workers: 1,
  on: 'threads',
  with: [],
  out: join(dir, out),
  signal: new AbortController().signal,
  ...more,
});
