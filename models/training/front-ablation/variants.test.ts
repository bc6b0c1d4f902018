import { expect, test } from '@jest/globals';
import { KNOWN_LABELS } from '@earshot/shared/labels.ts';
import type { WindowShard } from '../windows/window-shard.ts';
import { answersFor, variantsOf } from './variants.ts';

const OWN = KNOWN_LABELS.length;
const LABELS = [...KNOWN_LABELS, 'corpus/cough', 'corpus/dishes'];

/** Two windows. In the first all answers of the corpus are 1, in the second 2. */
const shard: WindowShard = {
  windows: 2,
  frames: 1,
  bands: 1,
  labels: LABELS,
  classes: ['Cough', 'Glass', 'Alarm'],
  embeddingSize: 4,
  mels: Uint8Array.of(7, 8),
  targets: Uint8Array.from({ length: 2 * LABELS.length }, (_, i) => (i < LABELS.length ? 1 : 2)),
  logits: Int8Array.of(1, 2, 3, 4, 5, 6),
  embeddings: new Int16Array(8).fill(9),
};

test('a variant with the teacher and all labels learns from the shard as it is', () => {
  expect(answersFor({ teacher: true, labels: 'all' }, shard)).toEqual(shard);
});

test('a variant without the teacher keeps the windows and all labels of the corpus', () => {
  expect(answersFor({ teacher: false, labels: 'all' }, shard)).toEqual({
    ...shard,
    classes: [],
    embeddingSize: 0,
    logits: new Int8Array(),
    embeddings: new Int16Array(),
  });
});

test('a variant with our eight labels keeps only their answers, for each window', () => {
  const { labels, targets, classes, mels } = answersFor({ teacher: false, labels: 'own' }, shard);
  expect(labels).toEqual(KNOWN_LABELS);
  expect([...targets]).toEqual([...Array<number>(OWN).fill(1), ...Array<number>(OWN).fill(2)]);
  expect(classes).toEqual([]);
  expect(mels).toEqual(shard.mels);
});

test.each([true, false])('each variant differs from the first one in one respect; teacher: %s', (teacher) => {
  const [everything, ...others] = variantsOf(teacher);
  expect(everything).toMatchObject({ pool: 'both', teacher, labels: 'all' });
  expect(new Set(variantsOf(teacher).map(({ name }) => name)).size).toBe(teacher ? 4 : 3);
  for (const { pool, teacher: taught, labels } of others)
    // The teacher's classes are tasks other than our own eight, so the variant with these alone has no teacher either.
    expect([pool !== 'both', taught !== teacher && labels === 'all', labels !== 'all'].filter(Boolean)).toHaveLength(1);
});
