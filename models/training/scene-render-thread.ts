/** A worker thread that renders shards while the network is trained, so that both cores of a small machine are used. */
import { parentPort, workerData } from 'node:worker_threads';
import { openSceneMaker, type SceneMakerOptions } from '../scenes/scene-maker.ts';
import { renderShards } from './data/scene-shards.ts';

export interface RenderOrder {
  maker: Pick<SceneMakerOptions, 'corpus' | 'cache' | 'part' | 'seed'>;
  folder: string;
  shards: number;
}

const { maker: options, folder, shards } = workerData as RenderOrder;
const maker = await openSceneMaker(options);
for (let shard = 0; shard < shards; shard++) {
  await renderShards(maker, folder, shard, shard + 1);
  parentPort?.postMessage(shard + 1);
}
maker.close();
