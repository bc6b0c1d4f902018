/**
 * Trains the device network on shards of scenes. A training can be stopped at any time; with the same options it
 * continues from its last checkpoint.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { EarshotError } from '@earshot/shared/errors.ts';
import { Random } from '../synthesis/random.ts';
import { makeBatch, normalisationOf, type SceneAt } from './data/scene-batch.ts';
import { shardPath } from './data/scene-shards.ts';
import { readShard, type Shard } from './data/shard.ts';
import { DeviceCheckpoint, type Beginning } from './device-checkpoint.ts';
import type { DeviceRecipe } from './device-recipe.ts';
import {
  assignAll,
  heads,
  headWeights,
  newWeights,
  trunk,
  TRUNK_WEIGHTS,
  type NetworkShape,
  type Normalisation,
  type Weights,
} from './network/device-network.ts';
import { detectionLoss } from './network/loss.ts';
import { OldTrunk } from './network/old-trunk.ts';
import { AVERAGED_SHARE, Optimiser } from './network/optimiser.ts';

export interface TrainingRun {
  recipe: DeviceRecipe;
  shape: NetworkShape;
  /** The labels whose heads are trained. */
  labels: readonly string[];
  /** The network with which the training begins; absent: it begins with new weights. */
  startFrom?: StartingNetwork;
  /** With `startFrom`: only the heads of `labels` are trained; the trunk and the other heads stay unchanged. */
  keepTrunk?: boolean;
  shardFolder: string;
  checkpoint: string;
  /** Number of steps between two checkpoints. */
  checkpointEvery?: number;
  signal: AbortSignal;
  onProgress: (progress: { step: number; steps: number; loss: number; shards: number }) => void;
}

export interface StartingNetwork {
  /** Identifies the weights: a release's manifestSha256, or a hash of them. */
  id: string;
  /** Returns the weights, converted for features with the given normalisation. */
  weights: (norm: Normalisation) => ReadonlyMap<string, Float32Array>;
}

/** The result of a training: the moving averages of the weights, by name, and the normalisation. */
export interface Trained {
  weights: ReadonlyMap<string, Float32Array>;
  norm: Normalisation;
}

const WARM_UP = 150;
const CHECKPOINT_EVERY = 200;
/** One step in four reads scenes in pairs, so that the network learns abrupt changes from one scene to the next. */
const PAIRED_EVERY = 4;
const SHARD_WAIT_MS = 500;

export async function trainDevice(run: TrainingRun): Promise<Trained> {
  const { recipe, shape, labels, signal } = run;
  const shards = new ShardShelf(run);
  await shards.upTo(recipe.firstShards);
  const norm = normalisationOf(shards.first);
  const weights = newWeights(shape, labels, recipe.seed);
  const start = run.startFrom?.weights(norm) ?? new Map<string, Float32Array>();
  assignAll(weights, start);
  const keepTrunk = run.startFrom !== undefined && run.keepTrunk === true;
  const oldTrunk = run.startFrom && !keepTrunk && recipe.forgetCost > 0 ? new OldTrunk(shape, start) : undefined;
  const released = [...(keepTrunk ? [] : TRUNK_WEIGHTS), ...labels.flatMap(headWeights)];
  Object.assign(weights, oldTrunk?.weights);
  const fitted = [...Object.keys(oldTrunk?.weights ?? {}), ...released];
  const optimiser = new Optimiser(weights, fitted, {
    steps: recipe.steps,
    warmUp: Math.min(WARM_UP, recipe.steps / 10),
    peakRate: recipe.peakRate,
    endShare: AVERAGED_SHARE,
  });
  const beginning: Beginning = { network: run.startFrom?.id ?? null, keepTrunk };
  const checkpoint = new DeviceCheckpoint(run.checkpoint, recipe, beginning);
  await checkpoint.restore(optimiser);

  let loss = Number.NaN;
  while (optimiser.step < recipe.steps) {
    signal.throwIfAborted();
    const step = optimiser.step;
    await shards.upTo(Math.min(recipe.shards, recipe.firstShards + Math.floor(step / recipe.stepsPerShard)));
    const now = fitStep(run, shards.shards, norm, weights, optimiser, oldTrunk);
    loss = Number.isNaN(loss) ? now : 0.98 * loss + 0.02 * now;
    if (optimiser.step % (run.checkpointEvery ?? CHECKPOINT_EVERY) === 0 || optimiser.step === recipe.steps)
      await checkpoint.save(optimiser);
    run.onProgress({ step: optimiser.step, steps: recipe.steps, loss, shards: shards.shards.length });
    await new Promise(setImmediate);
  }
  const averages = optimiser.averaged();
  const averaged = new Map([
    ...(keepTrunk ? start : []),
    ...released.map((name) => [name, averages.get(name) as Float32Array] as const),
  ]);
  tf.dispose(Object.values(weights));
  oldTrunk?.dispose();
  return { weights: averaged, norm };
}

/**
 * The random numbers of a step depend only on the seed and the step's number, so a resumed run gives the same result as
 * an uninterrupted one.
 */
function fitStep(
  run: TrainingRun,
  shards: readonly Shard[],
  norm: Normalisation,
  weights: Weights,
  optimiser: Optimiser,
  oldTrunk: OldTrunk | undefined,
): number {
  const { recipe, shape, labels } = run;
  const random = new Random(`device/${recipe.seed}/${optimiser.step}`);
  const draw = (): SceneAt => {
    const shard = random.pick(shards);
    return { shard, scene: random.integer(0, shard.scenes - 1) };
  };
  // Mix one scene in three with another one, so that there are more different examples than scenes.
  const drawTwo = (): SceneAt =>
    random.chance(1 / 3) ? { ...draw(), under: { ...draw(), below: random.uniform(0.3, 2.5) } } : draw();
  const paired = optimiser.step % PAIRED_EVERY === 0;
  const rows = Array.from({ length: paired ? recipe.batch / 2 : recipe.batch }, () =>
    paired ? [drawTwo(), drawTwo()] : [drawTwo()],
  );
  const { features, targets, steps, batch } = makeBatch(rows, norm, labels, random);
  const x = tf.tensor3d(features, [steps, batch, shape.bands * shape.framesPerStep]);
  const y = tf.tensor2d(Float32Array.from(targets), [steps * batch, labels.length]);
  const before = oldTrunk?.embedding(x);
  try {
    return optimiser.minimise(() => {
      const embedding = trunk(weights, x).reshape([steps * batch, shape.units]) as tf.Tensor2D;
      const loss = detectionLoss(heads(weights, labels, embedding), y, recipe.missWeight);
      return oldTrunk && before ? tf.add(loss, tf.mul(oldTrunk.loss(embedding, before), recipe.forgetCost)) : loss;
    });
  } finally {
    tf.dispose([x, y, ...(before ? [before] : [])]);
  }
}

/**
 * The shards that the training may use at a step. They are rendered during the training. If the next shard is not
 * ready, the training waits, so that every run uses the same shards at the same step.
 */
class ShardShelf {
  readonly shards: Shard[] = [];
  private readonly run: TrainingRun;

  constructor(run: TrainingRun) {
    this.run = run;
  }

  get first(): Shard {
    const [first] = this.shards;
    if (!first)
      throw new EarshotError('TRAINING', 'The recipe must have at least one shard at the start (`firstShards`).');
    return first;
  }

  async upTo(count: number): Promise<void> {
    const { shardFolder, signal } = this.run;
    while (this.shards.length < count) {
      const shard = await readShard(shardPath(shardFolder, this.shards.length));
      if (shard) this.shards.push(shard);
      else await sleep(SHARD_WAIT_MS, undefined, { signal });
    }
  }
}
