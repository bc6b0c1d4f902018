/**
 * From scenes and the device network's own mistakes to a calibrated verifier. Every stage leaves its result in `folder` and is not
 * done twice; a killed run goes on from its checkpoint with the same arguments.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Network } from '@earshot/device/detect/network.ts';
import { loadRelease } from '@earshot/device/detect/release.ts';
import { openSceneMaker } from '../scenes/scene-maker.ts';
import { calibrated } from './calibrate-verifier.ts';
import type { NamedTensor } from '../training/network/tensor-file.ts';
import { anyCandidate } from './example-draw.ts';
import type { ExampleShard } from './example-store.ts';
import { nervous } from './nervous.ts';
import { candidateShards, homeShards, sceneShards } from './verifier-material.ts';
import type { VerifierDescription } from './verifier-part.ts';
import { placeOf, type VerifierRun } from './verifier-run.ts';
import { VerifierTrainer, type TrainedVerifier } from './verifier-trainer.ts';

/** Of a batch. */
const CANDIDATES_SHARE = 0.65;

export async function trainVerifier(run: VerifierRun): Promise<VerifierDescription> {
  await mkdir(join(run.folder, 'scenes'), { recursive: true });
  await mkdir(join(run.folder, 'candidates'), { recursive: true });
  await mkdir(join(run.folder, 'homes'), { recursive: true });
  const release = await loadRelease(run.release, run.load);
  const network = await Network.load(release);
  const suspicious = await Network.load(nervous(release));
  const fit = await openSceneMaker({ ...placeOf(run), part: 'fit' });
  try {
    const scenes = await sceneShards(run, fit);
    const { steps, peakRate, fineSteps, finePeakRate } = run.recipe;
    const general =
      steps === 0
        ? run.startFrom
        : await fitted(run, { name: 'general', seed: run.seed, steps, peakRate }, scenes, [], run.startFrom);
    const candidates = [...(await candidateShards(run, fit, suspicious)), ...(await homeShards(run, fit, suspicious))];
    const fine: TrainedVerifier[] = [];
    for (const [n, ofRun] of fineSteps.entries()) {
      const stage = {
        name: n === 0 ? 'fine' : `fine-${n + 1}`,
        seed: run.seed + n,
        steps: ofRun,
        peakRate: finePeakRate,
      };
      fine.push(await fitted(run, stage, scenes, candidates, general));
    }
    return await calibrated(run, network, meanOf(fine));
  } finally {
    fit.close();
    await Promise.all([network.close(), suspicious.close()]);
  }
}

interface Stage {
  /** Of its checkpoint. */
  name: string;
  seed: number;
  steps: number;
  peakRate: number;
}

async function fitted(
  { recipe, folder, signal, onProgress }: VerifierRun,
  { name, ...stage }: Stage,
  scenes: readonly ExampleShard[],
  candidates: readonly ExampleShard[],
  start?: TrainedVerifier,
): Promise<TrainedVerifier> {
  const options = {
    ...stage,
    batch: recipe.batch,
    checkpoint: join(folder, `${name}.checkpoint`),
    signal,
    onStep: (step: number, of: number, loss: number) => onProgress(name, step, of, loss),
  };
  // What the device let through makes up most of the second stage; scenes keep what the first one learned.
  const asked = candidates.length === 0 ? undefined : { draw: anyCandidate(candidates), share: CANDIDATES_SHARE };
  return new VerifierTrainer(options, scenes, asked, start).run();
}

/**
 * What runs from the same start agree on (Wortsman et al., "Model soups", 2022): each has learned the same sounds in another order, and
 * what only the order taught it is averaged out.
 */
function meanOf(runs: readonly TrainedVerifier[]): TrainedVerifier {
  const [first, ...others] = runs;
  if (!first) throw new RangeError('a recipe has at least one fine run');
  const mean = (name: string, tensor: NamedTensor): NamedTensor => {
    const data = tensor.data.slice();
    for (const { tensors } of others)
      tensors.get(name)?.data.forEach((value, i) => (data[i] = (data[i] as number) + value));
    return { shape: tensor.shape, data: data.map((sum) => sum / runs.length) };
  };
  return { norm: first.norm, tensors: new Map([...first.tensors].map(([name, of]) => [name, mean(name, of)])) };
}
