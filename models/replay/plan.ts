import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { loadRelease, type Release } from '@earshot/device/detect/release.ts';
import type { Level } from '@earshot/shared/labels.ts';
import { BUILT_IN_MAP, readLabelMap, type LabelMap } from '../corpus/label-map.ts';
import { readCorpus } from './corpus/read-corpus.ts';
import type { Corpus } from './corpus/recording.ts';
import type { Stage } from './metrics/product.ts';
import { playList } from './play/play-list.ts';
import type { Session } from './play/session.ts';
import type { StageOptions } from './play/stage-setup.ts';
import type { Fleet } from './queue/fleet.ts';
import { isInStore, readStoreCorpus } from './queue/store-corpus.ts';

export interface PlanOptions {
  corpus: string;
  labels?: string;
  map?: string;
  split?: string;
  releaseDir: string;
  stage: Stage;
  level: Level;
  stream: boolean;
  seed: number;
}

/** What a run plays, known before the first sound. */
export interface Plan {
  release: Release;
  map: LabelMap;
  corpus: Corpus;
  stage: StageOptions;
  sessions: { index: number; session: Session }[];
  mode: string;
  /** Names everything that the results depend on: a journal or a shard of another key is of another run. */
  key: string;
}

export async function planReplay(options: PlanOptions, fleet: Fleet | null): Promise<Plan> {
  const { corpus: path, releaseDir, stage, level } = options;
  const release = await loadRelease(releaseDir);
  const map = options.map === undefined ? BUILT_IN_MAP : await readLabelMap(options.map);
  const corpus =
    fleet && isInStore(path) ? await readStoreCorpus(fleet.store, path, options) : await readCorpus(path, options);
  const sessions = playList(corpus, options).map((session, index) => ({ index, session }));
  const key = createHash('sha256')
    .update(JSON.stringify([release.manifestSha256, stage, level, sessions]))
    .digest('hex');
  return {
    release,
    map,
    corpus,
    stage: { releaseDir: resolve(releaseDir), stage, level },
    sessions,
    mode: options.stream ? 'stream' : 'clips',
    key,
  };
}
