import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadRelease, type Release } from '@earshot/device/releases/release.ts';
import type { Level } from '@earshot/shared/labels.ts';
import { BUILT_IN_MAP, readLabelMap, type LabelMap } from '../corpus/label-map.ts';
import type { Problem } from '../corpus/problem.ts';
import { ProgressBar } from '../training/progress-bar.ts';
import { readCorpus } from './recordings/read-recordings.ts';
import type { Recording } from './recordings/recording.ts';
import { unknownLabels } from './recordings/unknown-labels.ts';
import type { Stage } from './metrics/product.ts';
import { playHouseDays, playRecordings, playScenes, type PlayMode } from './play/play-list.ts';
import type { SceneWorldPlace, Session } from './play/session.ts';
import type { PlayerOptions } from './play/corpus-player.ts';
import type { Fleet } from './fleet/fleet.ts';
import { isInStore, readStoreCorpus } from './fleet/store-corpus.ts';

export interface PlanOptions {
  corpus: string;
  /** The corpus was made by code (models/scenes/made-corpus.ts). Its decoded sounds are stored in its own folder. */
  isMade?: boolean;
  labels?: string;
  map?: string;
  split?: string;
  releaseDir: string;
  stage: Stage;
  level: Level;
  mode: PlayMode;
  seed: number;
  /** Skip the network in quiet frames, as the device does. */
  gate: boolean;
  signal: AbortSignal;
}

/** Everything that a run needs for playing. It is complete before the first sound is played. */
export interface Plan {
  release: Release;
  map: LabelMap;
  problems: readonly Problem[];
  stage: PlayerOptions;
  sessions: { index: number; session: Session }[];
  /**
   * A hash of everything on which the results depend. A journal or a shard with a different key belongs to another run.
   */
  key: string;
}

export async function planReplay(options: PlanOptions, fleet: Fleet | null): Promise<Plan> {
  const { releaseDir, stage, level, gate } = options;
  const release = await loadRelease(releaseDir);
  const map = options.map === undefined ? BUILT_IN_MAP : await readLabelMap(options.map);
  const list = await listSessions({ ...options, labelMap: map }, fleet);
  const sessions = list.sessions.map((session, index) => ({ index, session }));
  const key = createHash('sha256')
    .update(JSON.stringify([release.manifestSha256, stage, level, gate, sessions]))
    .digest('hex');
  return {
    release,
    map,
    problems: [...list.problems, ...unknownLabels(recordingsOf(list.sessions), map)],
    stage: { releaseDir: resolve(releaseDir), stage, level, gate },
    sessions,
    key,
  };
}

const recordingsOf = (sessions: readonly Session[]): Recording[] =>
  sessions.flatMap((session) => (session.kind === 'recordings' ? session.recordings : []));

async function listSessions(
  options: PlanOptions & { labelMap: LabelMap },
  fleet: Fleet | null,
): Promise<{ sessions: Session[]; problems: readonly Problem[] }> {
  const { corpus: path, mode, seed } = options;
  if (mode.kind === 'scenes' || mode.kind === 'house-days') {
    const world = sceneWorld(options);
    // Decode the corpus before the threads start, so that it is decoded only once.
    const [{ openSceneMaker }, { requireHeldBack }] = await Promise.all([
      import('../scenes/scene-maker.ts'),
      import('../scenes/require-held-back.ts'),
    ]);
    const bar = new ProgressBar('decoding the corpus');
    const onProgress = (done: number, total: number): void => bar.show(done, total);
    const maker = await openSceneMaker({ part: 'calibrate', ...world, signal: options.signal, onProgress });
    maker.close();
    requireHeldBack(world.corpus, maker.world.shelf, mode.kind);
    const sessions =
      mode.kind === 'scenes' ? playScenes(world, mode.count, mode.snrsDb) : playHouseDays(world, mode.count);
    return { sessions, problems: maker.problems };
  }
  const corpus =
    fleet && isInStore(path) ? await readStoreCorpus(fleet.store, path, options) : await readCorpus(path, options);
  return { sessions: playRecordings(corpus, mode.kind === 'stream', seed), problems: corpus.problems };
}

function sceneWorld({ corpus, isMade, seed }: PlanOptions): SceneWorldPlace {
  if (isMade === true) return { corpus: resolve(corpus), cache: resolve(corpus, 'decoded'), seed, part: 'all' };
  const cache = join(process.env['EARSHOT_CACHE'] ?? join(homedir(), '.cache', 'earshot'), 'corpus');
  return { corpus: resolve(corpus), cache, seed };
}

export function modeWords(mode: PlayMode): string {
  switch (mode.kind) {
    case 'clips':
      return 'clips';
    case 'stream':
      return 'stream';
    case 'scenes':
      return `${mode.count} scenes${mode.snrsDb.length > 0 ? ` at ${mode.snrsDb.join(', ')} dB` : ''}`;
    case 'house-days':
      return `${mode.count} house days`;
  }
}
