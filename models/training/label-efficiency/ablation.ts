/**
 * Measures how much unlabelled sound helps when there are few labels. Compares three trainings on dev/, which use the
 * same few labelled scenes and the same number of steps.
 *   node models/training/label-efficiency/ablation.ts CORPUS WORK [SEED]
 * WORK is the work folder of a training. Its first shards are used with their labels, the others without their labels.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, env, exit, stderr, stdout } from 'node:process';
import { openSoundLibrary } from '../../corpus/decode-corpus.ts';
import { mapLabel } from '../../corpus/label-map.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { averagePrecision } from '../average-precision.ts';
import { initBackend } from '../backend/init-backend.ts';
import { normalisationOf } from '../data/scene-batch.ts';
import { highestOf, ScoreReader } from '../calibration/score-reader.ts';
import { shardPath } from '../data/scene-shards.ts';
import { readShard, writeShard, type Shard } from '../data/shard.ts';
import { TRUNK_LABELS } from '../data/targets.ts';
import { trainDevice, type Trained } from '../device-trainer.ts';
import { DEVICE_SHAPE } from '../network/device-network.ts';
import type { NamedTensor } from '../network/tensor-file.ts';
import { headGraph, trunkGraph } from '../onnx/device-graphs.ts';
import { ProgressBar } from '../progress-bar.ts';
import { QUICK } from '../recipe.ts';
import { WorkFolder } from '../work-folder.ts';
import { pretrainTrunk } from './future-prediction.ts';
import { pseudoLabelled } from './self-training.ts';

const LABELLED = 6;
const UNLABELLED = 24;
const STEPS = 600;
const PRETRAINING_STEPS = 400;
const BATCH = 24;
const ASKED = ['smoke_alarm', 'glass_break'];
/** Recordings are cut to this length, because a longer one adds no information. */
const LONGEST_S = 30;

const [corpus, work, seedText = '1'] = argv.slice(2);
const seed = Number(seedText);
if (corpus === undefined || work === undefined || !Number.isSafeInteger(seed)) {
  stderr.write(
    'usage: node models/training/label-efficiency/ablation.ts CORPUS WORK [SEED] (CORPUS: docs/corpus.md)\n',
  );
  exit(2);
}
const dev = resolve(corpus);
const signal = new AbortController().signal;
const say = (line: string): void => void stderr.write(`${line}\n`);
await initBackend(say, signal);

const scratch = await mkdtemp(join(tmpdir(), 'earshot-ablation-'));
const shards = await readShards(new WorkFolder(resolve(work)).shards);
const labelled = shards.slice(0, LABELLED);
const unlabelled = shards.slice(LABELLED);

const plain = await fit('labels alone', labelled);
await report('labels alone', plain);
const folder = await kept('unlabelled', unlabelled);
const bar = new ProgressBar('pre-training: predicting the sound that follows');
const foretold = await pretrainTrunk({
  shape: DEVICE_SHAPE,
  shardFolder: folder,
  shards: unlabelled.length,
  steps: PRETRAINING_STEPS,
  batch: BATCH,
  seed,
  norm: normalisationOf(labelled[0] as Shard),
  signal,
  onProgress: (step, steps, loss) => bar.show(step, steps, `loss ${loss.toFixed(4)}`),
});
await report('trunk pre-trained', await fit('trunk pre-trained', labelled, foretold));
const answered = unlabelled.map((shard) => pseudoLabelled(shard, plain, DEVICE_SHAPE, TRUNK_LABELS));
await report('taught by the first network', await fit('taught by the first network', [...labelled, ...answered]));
await rm(scratch, { recursive: true });

async function readShards(from: string): Promise<Shard[]> {
  const read = await Promise.all(
    Array.from({ length: LABELLED + UNLABELLED }, (_, shard) => readShard(shardPath(from, shard))),
  );
  const found = read.filter((shard) => shard !== null);
  if (found.length <= LABELLED)
    throw new RangeError(
      `${from} contains ${found.length} shards, but more than ${LABELLED} are needed: train with more scenes first`,
    );
  return found;
}

async function kept(name: string, of: readonly Shard[]): Promise<string> {
  const path = join(scratch, name.replaceAll(' ', '-'));
  await mkdir(path);
  for (const [at, shard] of of.entries()) await writeShard(shardPath(path, at), shard);
  return path;
}

// Declared as a function, because the trainings above run before a constant here has its value.
function dataOf(tensors: ReadonlyMap<string, NamedTensor>): Map<string, Float32Array> {
  return new Map([...tensors].map(([name, { data }]) => [name, data]));
}

async function fit(name: string, on: readonly Shard[], start?: ReadonlyMap<string, NamedTensor>): Promise<Trained> {
  const path = await kept(name, on);
  const shown = new ProgressBar(name);
  return trainDevice({
    recipe: { ...QUICK.device, seed, steps: STEPS, batch: BATCH, shards: on.length, firstShards: on.length },
    shape: DEVICE_SHAPE,
    labels: TRUNK_LABELS,
    ...(start === undefined ? {} : { startFrom: { id: name, weights: () => dataOf(start) } }),
    shardFolder: path,
    checkpoint: join(path, 'device.checkpoint'),
    signal,
    onProgress: ({ step, steps, loss }) => shown.show(step, steps, `loss ${loss.toFixed(4)}`),
  });
}

/** Prints the average precision of each label. The clips of dev/ are ranked by their highest score for the label. */
async function report(name: string, { weights, norm }: Trained): Promise<void> {
  const heads = ASKED.map((label) => ({ label, bytes: headGraph(weights, DEVICE_SHAPE, label) }));
  const reader = await ScoreReader.open(trunkGraph(weights, DEVICE_SHAPE, norm), heads);
  const cache = join(env.EARSHOT_CACHE ?? join(homedir(), '.cache', 'earshot'), 'corpus', 'dev');
  const library = await openSoundLibrary(dev, { split: 'dev', cache });
  const clips: { label: string; highest: number[] }[] = [];
  for (const sound of library.sounds) {
    const { values } = await reader.scoresOf(library.read(sound, 0, Math.min(sound.samples, LONGEST_S * SAMPLE_RATE)));
    const highest = ASKED.map((_, column) => highestOf(values, column, ASKED.length));
    clips.push({ label: sound.label, highest });
  }
  library.close();
  await reader.close();
  const precisions = ASKED.map((label, column) => {
    const asked = clips.flatMap(({ label: of, highest }) => {
      const { positive, ignore } = mapLabel(of);
      if (positive !== label && (ignore === '*' || ignore.includes(label))) return [];
      return [{ score: highest[column] as number, isReal: positive === label }];
    });
    return `${label} ${averagePrecision(asked).toFixed(3)}`;
  });
  stdout.write(`${name.padEnd(22)} average precision on dev/: ${precisions.join(', ')}\n`);
}
