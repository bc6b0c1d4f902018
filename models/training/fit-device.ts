/** The first stage of a training: trains trunk and heads on scenes that another thread renders. */
import { createHash } from 'node:crypto';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { initBackend } from './backend/init-backend.ts';
import { trainDevice, type StartingNetwork, type Trained, type TrainingRun } from './device-trainer.ts';
import { DEVICE_SHAPE } from './network/device-network.ts';
import { deviceWeightsOf } from './onnx/read-weights.ts';
import { ProgressBar } from './progress-bar.ts';
import { corpusOf, openChecked, type RunOptions } from './run-options.ts';
import { ShardRenderer } from './shard-renderer.ts';
import { WorkFolder } from './work-folder.ts';

export async function fitDevice(options: RunOptions): Promise<void> {
  const { recipe, seed, signal, say } = options;
  const work = new WorkFolder(options.work);
  await work.make();
  say(`TensorFlow.js backend: ${(await initBackend(say, signal)).words}`);
  const place = await corpusOf(options);
  const { maker, trainable } = await openChecked(options, place);
  maker.close();
  const renderer = new ShardRenderer({
    maker: { ...place, part: 'fit', seed },
    folder: work.shards,
    shards: recipe.device.shards,
  });
  renderer.start();
  try {
    const common = {
      shape: DEVICE_SHAPE,
      shardFolder: work.shards,
      signal: AbortSignal.any([signal, renderer.failed.signal]),
    };
    const release = options.from === undefined ? undefined : await networksOfRelease(options.from);
    const keepTrunk = options.keepTrunk === true;
    const fitted = await trainDevice({
      ...common,
      recipe: { ...recipe.device, seed },
      labels: keepTrunk ? [...trainable.trunk, ...trainable.added] : trainable.trunk,
      ...(release === undefined ? {} : { startFrom: release, keepTrunk }),
      checkpoint: work.checkpoint('device'),
      ...shown(keepTrunk ? 'heads' : 'device network'),
    });
    if (release && keepTrunk) return await work.writeDevice(fitted, seed, release.trunk);
    const { added } = trainable;
    await work.writeDevice(added.length === 0 ? fitted : await addHeads(fitted, added, options, common), seed);
  } finally {
    await renderer.stop();
  }
}

/** Reads the networks of a release into memory, because the run may overwrite the files of this release. */
async function networksOfRelease(folder: string): Promise<StartingNetwork & { trunk: Uint8Array }> {
  const release = await loadRelease(folder);
  const trunk = await release.read(release.manifest.trunk);
  const heads = await Promise.all(
    release.manifest.heads.map(async (head) => ({ label: head.label, bytes: await release.read(head) })),
  );
  const weights: StartingNetwork['weights'] = (norm) =>
    new Map([...deviceWeightsOf(trunk, heads, norm)].map(([name, { data }]) => [name, data]));
  return { id: release.manifestSha256, trunk, weights };
}

/** Trains two more heads on the finished trunk. No byte of the trunk or of another head changes. */
export async function addHeads(
  base: Trained,
  labels: readonly string[],
  { recipe, seed, work }: Pick<RunOptions, 'recipe' | 'seed' | 'work'>,
  common: Pick<TrainingRun, 'shape' | 'shardFolder' | 'signal'>,
): Promise<Trained> {
  const id = hashOf(base);
  return trainDevice({
    ...common,
    recipe: { ...recipe.device, seed, steps: recipe.addedSteps },
    labels,
    startFrom: { id, weights: () => base.weights },
    keepTrunk: true,
    // The name contains the network's id, so that these heads start from the beginning after the network was trained
    // again.
    checkpoint: new WorkFolder(work).checkpoint(`added-heads-${id.slice(0, 12)}`),
    ...shown('added heads'),
  });
}

function hashOf({ weights }: Trained): string {
  const hash = createHash('sha256');
  for (const [name, { buffer, byteOffset, byteLength }] of weights)
    hash.update(name).update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}

function shown(title: string): Pick<TrainingRun, 'onProgress'> {
  const bar = new ProgressBar(title);
  return {
    onProgress: ({ step, steps, loss, shards }) =>
      bar.show(step, steps, `loss ${loss.toFixed(4)}, ${shards} shards of scenes`),
  };
}
