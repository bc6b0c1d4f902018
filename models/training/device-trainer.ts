/**
 * Fits the device network to shards of scenes. It can be stopped anywhere: with the same options it continues from
 * its last checkpoint.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { EarshotError } from '@earshot/shared/errors.ts';
import { Random } from '../synthesis/random.ts';
import { makeBatch, normalisationOf, type SceneAt } from './data/batch.ts';
import { shardPath } from './data/scene-shards.ts';
import { readShard, type Shard } from './data/shard.ts';
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
import { readTensors, writeTensors, type NamedTensor } from './network/tensor-file.ts';

export interface DeviceRecipe {
  seed: number;
  steps: number;
  peakRate: number;
  /** Scenes in a step. */
  batch: number;
  shards: number;
  /** How many shards must exist at the start, and after how many steps each next one is used. */
  firstShards: number;
  stepsPerShard: number;
  /** The cost of a missed event relative to a false one. */
  missWeight: number;
  /**
   * With `startFrom`: the cost of what the trunk forgets of the sounds that it was not asked about. Homes teach it
   * theirs.
   */
  forgetCost: number;
}

export interface TrainingRun {
  recipe: DeviceRecipe;
  shape: NetworkShape;
  /** Heads that are fitted. With `trunkOf`, only these. */
  labels: readonly string[];
  /** A finished trunk that stays frozen. */
  trunkOf?: Trained;
  /** Weights to begin with, for features with this normalisation: those of a release. */
  startFrom?: (norm: Normalisation) => ReadonlyMap<string, NamedTensor>;
  /** With `startFrom`: its trunk stays frozen, and its heads are fitted further. */
  keepTrunk?: boolean;
  shardFolder: string;
  checkpoint: string;
  signal: AbortSignal;
  onProgress: (progress: { step: number; steps: number; loss: number; shards: number }) => void;
}

/** Finished weights: the moving average, by name, and the normalisation. */
export interface Trained {
  weights: ReadonlyMap<string, Float32Array>;
  norm: Normalisation;
}

const WARM_UP = 150;
const CHECKPOINT_EVERY = 200;
/** One step in four reads scenes in pairs, so that the network learns how a cut affects its state. */
const PAIRED_EVERY = 4;
const SHARD_WAIT_MS = 500;

export async function trainDevice(run: TrainingRun): Promise<Trained> {
  const { recipe, shape, labels, signal } = run;
  const shards = new ShardShelf(run);
  await shards.upTo(recipe.firstShards);
  const norm = run.trunkOf?.norm ?? normalisationOf(shards.first);
  const weights = newWeights(shape, labels, recipe.seed);
  const start =
    run.trunkOf?.weights ?? new Map([...(run.startFrom?.(norm) ?? [])].map(([name, { data }]) => [name, data]));
  assignAll(weights, start);
  const isTrunkFrozen = run.trunkOf !== undefined || run.keepTrunk === true;
  const oldTrunk = run.startFrom && !isTrunkFrozen && recipe.forgetCost > 0 ? new OldTrunk(shape, start) : undefined;
  const released = [...(isTrunkFrozen ? [] : TRUNK_WEIGHTS), ...labels.flatMap(headWeights)];
  Object.assign(weights, oldTrunk?.weights);
  const fitted = [...Object.keys(oldTrunk?.weights ?? {}), ...released];
  const optimiser = new Optimiser(weights, fitted, {
    steps: recipe.steps,
    warmUp: Math.min(WARM_UP, recipe.steps / 10),
    peakRate: recipe.peakRate,
    endShare: AVERAGED_SHARE,
  });
  const kept = await readTensors<{ step: number; recipe: DeviceRecipe }>(run.checkpoint);
  if (kept && JSON.stringify(kept.meta.recipe) === JSON.stringify(recipe))
    optimiser.restore(kept.tensors, kept.meta.step);

  let loss = Number.NaN;
  while (optimiser.step < recipe.steps) {
    signal.throwIfAborted();
    const step = optimiser.step;
    await shards.upTo(Math.min(recipe.shards, recipe.firstShards + Math.floor(step / recipe.stepsPerShard)));
    const now = fitStep(run, shards.shards, norm, weights, optimiser, oldTrunk);
    loss = Number.isNaN(loss) ? now : 0.98 * loss + 0.02 * now;
    if (optimiser.step % CHECKPOINT_EVERY === 0 || optimiser.step === recipe.steps)
      await writeTensors(run.checkpoint, { meta: { step: optimiser.step, recipe }, tensors: optimiser.save() });
    run.onProgress({ step: optimiser.step, steps: recipe.steps, loss, shards: shards.shards.length });
    await new Promise(setImmediate);
  }
  const averages = optimiser.averaged();
  const averaged = new Map([
    ...(isTrunkFrozen ? start : []),
    ...released.map((name) => [name, averages.get(name) as Float32Array] as const),
  ]);
  tf.dispose(Object.values(weights));
  oldTrunk?.dispose();
  return { weights: averaged, norm };
}

/**
 * Every random draw of a step depends on the seed and the step's number, so a resumed run draws the same as an
 * uninterrupted one.
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
  // One scene in three is mixed with another one: busier than any scene, and no two readings are alike.
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
 * The shards that the run may use by now. They are rendered at the same time; it waits for the next one rather than
 * changing their order.
 */
class ShardShelf {
  readonly shards: Shard[] = [];
  private readonly run: TrainingRun;

  constructor(run: TrainingRun) {
    this.run = run;
  }

  get first(): Shard {
    const [first] = this.shards;
    if (!first) throw new EarshotError('TRAINING', 'The recipe begins with no shard.');
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
