import { beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../synthesis/random.ts';
import { initBackend } from '../backend/init-backend.ts';
import { normalisationOf } from '../data/scene-batch.ts';
import { shardPath } from '../data/scene-shards.ts';
import { quantise, writeShard, type Shard } from '../data/shard.ts';
import { NO, NOT_ASKED, YES } from '../data/targets.ts';
import type { Trained } from '../device-trainer.ts';
import { DEVICE_SHAPE, newWeights, TRUNK_WEIGHTS, type NetworkShape } from '../network/device-network.ts';
import { pretrainTrunk } from './future-prediction.ts';
import { pseudoLabelled } from './self-training.ts';

const SHAPE: NetworkShape = { ...DEVICE_SHAPE, projection: 8, units: 8, headUnits: 4 };

/** A shard whose bands contain slow waves, so that the following frames can be predicted. */
function waves(): Shard {
  const [scenes, frames, steps] = [8, 80, 40];
  const random = new Random('waves');
  const phases = Array.from({ length: scenes }, () => random.uniform(0, 6));
  const mels = new Int16Array(scenes * frames * SHAPE.bands).map((_, i) => {
    const frame = Math.floor(i / SHAPE.bands) % frames;
    return quantise(-3 + 2 * Math.sin(frame / 6 + (phases[Math.floor(i / (SHAPE.bands * frames))] as number)));
  });
  return {
    scenes,
    frames,
    steps,
    bands: SHAPE.bands,
    labels: ['smoke_alarm'],
    mels,
    targets: new Uint8Array(scenes * steps).fill(YES),
  };
}

describe('learning from few labels', () => {
  beforeAll(async () => void (await initBackend()));

  it('the trunk learns to predict how unlabelled sound continues', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earshot-pretraining-'));
    await writeShard(shardPath(folder, 0), waves());
    const losses: number[] = [];
    const run = {
      shape: SHAPE,
      shardFolder: folder,
      shards: 1,
      steps: 60,
      batch: 8,
      seed: 1,
      norm: normalisationOf(waves()),
      signal: new AbortController().signal,
    };
    const trunk = await pretrainTrunk({ ...run, onProgress: (_step, _steps, loss) => losses.push(loss) });
    const mean = (of: readonly number[]): number => of.reduce((sum, x) => sum + x, 0) / of.length;
    expect(mean(losses.slice(-15))).toBeLessThan(0.98 * mean(losses.slice(0, 15)));
    expect([...trunk.keys()]).toEqual([...TRUNK_WEIGHTS]);
  });

  it("only the teacher's certain answers are used as labels", () => {
    const weights = newWeights(SHAPE, ['smoke_alarm'], 1);
    const scoreBias = (bias: number): Trained => ({
      norm: { mean: new Float32Array(SHAPE.bands), scale: new Float32Array(SHAPE.bands).fill(0.01) },
      weights: new Map(
        Object.entries(weights).map(([name, variable]) => [
          name,
          name.endsWith('score/bias')
            ? Float32Array.of(bias)
            : (variable.dataSync() as Float32Array).map((x) => x * 0.01),
        ]),
      ),
    });
    const answers = (bias: number): Set<number> =>
      new Set(pseudoLabelled(waves(), scoreBias(bias), SHAPE, ['smoke_alarm']).targets);
    expect(answers(6)).toEqual(new Set([YES]));
    expect(answers(-6)).toEqual(new Set([NO]));
    expect(answers(0)).toEqual(new Set([NOT_ASKED]));
  });
});
