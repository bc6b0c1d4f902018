/** A worker thread that renders windows and gets the teacher's answer for each. */
import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openSceneMaker, type SceneMakerOptions } from '../../scenes/scene-maker.ts';
import { Random } from '../../synthesis/random.ts';
import { Teacher } from '../teacher/teacher.ts';
import { renderWindows } from './render-windows.ts';
import { WindowMaker } from './window-maker.ts';
import { windowShardPath, writeWindowShard } from './window-shard.ts';

export interface WindowOrder {
  maker: Pick<SceneMakerOptions, 'corpus' | 'cache' | 'seed'>;
  folder: string;
  teacher?: string;
  /** This thread renders the shards with the numbers `first`, `first + step`, … below `shards`. */
  first: number;
  step: number;
  shards: number;
  windowsPerShard: number;
}

const order = workerData as WindowOrder;
const scenes = await openSceneMaker({ ...order.maker, part: 'fit' });
const teacher = order.teacher === undefined ? null : await Teacher.load(order.teacher);
const maker = new WindowMaker(scenes.world);
for (let shard = order.first; shard < order.shards; shard += order.step) {
  const path = windowShardPath(order.folder, shard);
  if (!existsSync(path)) {
    const random = new Random(`windows/${order.maker.seed}/${shard}`);
    await writeWindowShard(path, await renderWindows(maker, teacher, order.windowsPerShard, random));
  }
  parentPort?.postMessage(shard);
}
await teacher?.close();
scenes.close();
