import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DEVICE_FRONT_END } from '@earshot/shared/features/front-end.ts';
import { LogMel } from '@earshot/shared/features/log-mel.ts';
import { SCENE_S, type SceneMaker } from '../../scenes/scene-maker.ts';
import { quantise, writeShard, type Shard } from './shard.ts';
import { STEP_S, targetsOf, TRAINED_LABELS } from './targets.ts';

/** Number of scenes in a shard. A shard has 8 MB and is rendered, stored and read as a whole. */
const SCENES_PER_SHARD = 128;
const { sampleRate, hopSize, fftSize, melBands } = DEVICE_FRONT_END;
const FRAMES = (SCENE_S * sampleRate) / hopSize;
const STEPS = SCENE_S / STEP_S;

export const shardPath = (folder: string, shard: number): string => join(folder, `${shard}.shard`);

/** Renders the shards `from` to `to - 1` that do not exist yet, with the device's own front end. */
export async function renderShards(
  maker: SceneMaker,
  folder: string,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let shard = from; shard < to; shard++) {
    if (!existsSync(shardPath(folder, shard)))
      await writeShard(shardPath(folder, shard), await renderShard(maker, shard, signal));
  }
}

async function renderShard(maker: SceneMaker, shard: number, signal?: AbortSignal): Promise<Shard> {
  const labels = TRAINED_LABELS;
  const mels = new Int16Array(SCENES_PER_SHARD * FRAMES * melBands);
  const targets = new Uint8Array(SCENES_PER_SHARD * STEPS * labels.length);
  for (let scene = 0; scene < SCENES_PER_SHARD; scene++) {
    signal?.throwIfAborted();
    const { samples, events, ignored } = maker.render(shard * SCENES_PER_SHARD + scene);
    writeMels(samples, mels.subarray(scene * FRAMES * melBands, (scene + 1) * FRAMES * melBands));
    targets.set(targetsOf(events, ignored, STEPS, labels), scene * STEPS * labels.length);
    // Rendering never waits for I/O. This pause lets the process handle signals.
    await new Promise(setImmediate);
  }
  return { scenes: SCENES_PER_SHARD, frames: FRAMES, bands: melBands, steps: STEPS, labels, mels, targets };
}

function writeMels(samples: Float32Array, into: Int16Array): void {
  // Render a little more than the scene: the last frame reaches past its end, because a window is longer than a hop.
  const padded = new Float32Array(samples.length + fftSize - hopSize);
  padded.set(samples);
  let at = 0;
  new LogMel(DEVICE_FRONT_END).push(padded, (mel) => {
    for (const value of mel) into[at++] = quantise(value);
  });
}
