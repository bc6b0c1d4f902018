/** What the front is trained on in each variant of the ablation. */
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import type { WindowShard } from '../windows/window-shard.ts';

/** Which recordings the training windows are made of: those of the first collection, or of both. */
export const POOLS = ['both', 'first'] as const;
export type Pool = (typeof POOLS)[number];

export interface Variant {
  /** The name of the variant's files. */
  name: string;
  words: string;
  pool: Pool;
  teacher: boolean;
  /** `all`: our eight labels and each label of the corpus. */
  labels: 'all' | 'own';
}

/** Without a teacher, the first variant learns from all labels alone, and there is no second one. */
export function variantsOf(teacher: boolean): readonly Variant[] {
  const everything: Variant = {
    name: teacher ? 'everything' : 'all-labels',
    words: teacher ? 'everything: both collections, all labels, the teacher' : 'both collections, all labels',
    pool: 'both',
    teacher,
    labels: 'all',
  };
  const noTeacher: Variant = { ...everything, name: 'no-teacher', words: 'without the teacher', teacher: false };
  return [
    everything,
    ...(teacher ? [noTeacher] : []),
    { ...everything, name: 'first-collection', words: 'without the second collection', pool: 'first' },
    { ...noTeacher, name: 'own-labels', words: 'our eight labels only', labels: 'own' },
  ];
}

/** The answers of a shard that a variant learns from. Its windows stay the same. */
export function answersFor({ teacher, labels }: Pick<Variant, 'teacher' | 'labels'>, shard: WindowShard): WindowShard {
  const answers = teacher
    ? shard
    : { ...shard, classes: [], embeddingSize: 0, logits: new Int8Array(), embeddings: new Int16Array() };
  if (labels === 'all') return answers;
  // Our own labels are the first ones of each window.
  const own = KNOWN_LABELS.length;
  const targets = new Uint8Array(shard.windows * own);
  for (let window = 0; window < shard.windows; window++)
    targets.set(shard.targets.subarray(window * shard.labels.length).subarray(0, own), window * own);
  return { ...answers, labels: shard.labels.slice(0, own), targets };
}
