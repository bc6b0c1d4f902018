/**
 * The first phase of the verifier's training: threads render windows while the convolutional front is trained on those
 * that exist.
 */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { WindowRenderer } from '../windows/window-renderer.ts';
import { WindowTrainer } from '../windows/window-trainer.ts';
import { Teacher } from '../teacher/teacher.ts';
import { openSceneMaker } from '../../scenes/scene-maker.ts';
import { VERIFIER_LABELS } from './example.ts';
import { relationOf } from './relation.ts';
import { placeOf, type VerifierRun } from './run.ts';
import type { TrainedVerifier } from './trainer.ts';

const BATCH = 64;
/** Shards that must exist before training starts: enough for the normalisation and the first steps. */
const FIRST_SHARDS = 3;

export async function trainedFront(run: VerifierRun): Promise<TrainedVerifier> {
  const { recipe, seed, corpus, cache, teacher, signal, onProgress } = run;
  // Windows with and without the teacher's answers have separate folders, so that they are never mixed.
  const name = teacher === undefined ? 'windows' : 'windows-teacher';
  const folder = join(run.folder, name);
  await mkdir(folder, { recursive: true });
  // Load the teacher and decode the corpus here, before any thread starts: a wrong teacher is refused at once, and the
  // corpus is decoded once instead of by every thread.
  await (teacher === undefined ? null : await Teacher.load(teacher))?.close();
  (await openSceneMaker({ ...placeOf(run), part: 'fit' })).close();
  const renderer = new WindowRenderer(
    {
      maker: { corpus, cache, seed },
      folder,
      ...(teacher === undefined ? {} : { teacher }),
      shards: recipe.windowShards,
      windowsPerShard: recipe.windowsPerShard,
    },
    Math.min(availableParallelism(), recipe.windowShards),
  );
  renderer.start();
  try {
    const { tensors, norm, names } = await new WindowTrainer({
      seed,
      steps: recipe.windowSteps,
      batch: BATCH,
      peakRate: recipe.windowPeakRate,
      folder,
      shards: recipe.windowShards,
      firstShards: Math.min(FIRST_SHARDS, recipe.windowShards),
      checkpoint: join(run.folder, `${name}.checkpoint`),
      signal: AbortSignal.any([signal, renderer.failed.signal]),
      onStep: (step, of, loss) => onProgress('front', step, of, loss),
    }).run();
    return { tensors, norm, relation: relationOf(VERIFIER_LABELS, names) };
  } finally {
    await renderer.stop();
  }
}
