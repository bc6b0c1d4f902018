/**
 * Compares variants of the trunk with the released trunk: size, time for a call of the joined graph in microseconds,
 * and change of the scores on the golden sounds.
 *   node models/training/variants/measure.ts WORK
 */
import { argv, stdout } from 'node:process';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { joinGraphs } from '@earshot/device/network/graph-join.ts';
import { ScoreReader } from '../calibration/score-reader.ts';
import { DEVICE_SHAPE } from '../network/device-network.ts';
import { goldenSounds } from '../publishing/golden-sounds.ts';
import { FRAMES_PER_CALL, STATES } from '../publishing/release-shape.ts';
import { WorkFolder } from '../work-folder.ts';
import { trunkVariant, type Variant } from './trunk-variants.ts';

const VARIANTS: Record<string, Variant> = {
  float: {},
  int8: { int8: true },
  'rank 32': { rank: 32 },
  'rank 24': { rank: 24 },
  'rank 16': { rank: 16 },
  'int8, rank 24': { int8: true, rank: 24 },
};
const ROUNDS = 15;
const CALLS = 200;

const work = new WorkFolder(argv[2] ?? '.');
const { weights, norm } = await work.readDevice();
const { heads } = await work.deviceGraphs();
const scoresOf = async (trunk: Uint8Array): Promise<Float32Array[]> => {
  const reader = await ScoreReader.open(trunk, heads);
  const scores: Float32Array[] = [];
  for (const { samples } of goldenSounds()) scores.push((await reader.scoresOf(samples)).values);
  await reader.close();
  return scores;
};

const variants = Object.entries(VARIANTS).map(([name, variant]) => ({
  name,
  trunk: trunkVariant(weights, DEVICE_SHAPE, norm, variant),
}));
const reference = await scoresOf(variants[0]?.trunk as Uint8Array);
const microseconds = await timeInTurns(variants.map(({ trunk }) => joinGraphs(trunk, heads)));
for (const [i, { name, trunk }] of variants.entries()) {
  const scores = await scoresOf(trunk);
  const moved = Math.max(
    ...scores.map((values, sound) =>
      Math.max(...values.map((x, at) => Math.abs(x - (reference[sound]?.[at] as number)))),
    ),
  );
  stdout.write(
    `${name.padEnd(14)} ${String(trunk.length).padStart(7)} bytes  ${(microseconds[i] as number).toFixed(1).padStart(6)} us a call  scores change by up to ${moved.toFixed(4)}\n`,
  );
}

/**
 * Measures all variants in turns and returns the shortest time of each, because on a busy machine only the shortest
 * time contains no waiting.
 */
async function timeInTurns(graphs: readonly Uint8Array[]): Promise<number[]> {
  const sessions = await Promise.all(
    graphs.map((graph) =>
      InferenceSession.create(graph, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' }),
    ),
  );
  const feeds = {
    features: new Tensor('float32', new Float32Array(FRAMES_PER_CALL * DEVICE_SHAPE.bands).fill(-4), [
      1,
      FRAMES_PER_CALL,
      DEVICE_SHAPE.bands,
    ]),
    ...Object.fromEntries(
      STATES.map(({ name, shape }) => [name, new Tensor('float32', new Float32Array(DEVICE_SHAPE.units), shape)]),
    ),
  };
  const best = sessions.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, session] of sessions.entries()) {
      const began = process.cpuUsage();
      for (let call = 0; call < CALLS; call++) await session.run(feeds);
      const { user, system } = process.cpuUsage(began);
      best[i] = Math.min(best[i] as number, (user + system) / CALLS);
    }
  }
  for (const session of sessions) await session.release();
  return best;
}
