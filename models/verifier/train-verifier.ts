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
import { VERIFIER_LABELS } from './example.ts';
import { anyCandidate, fewOfEach } from './example-draw.ts';
import type { ExampleShard } from './example-store.ts';
import { hearCandidates } from './hear-candidates.ts';
import { fitJudgement, withJudgement } from './judgement.ts';
import { nervous } from './nervous.ts';
import { candidateShards, homeShards, sceneShards } from './verifier-material.ts';
import type { VerifierDescription } from './verifier-part.ts';
import { placeOf, type VerifierRun } from './verifier-run.ts';
import { VerifierTrainer, verifierOnnx, type TrainedVerifier } from './verifier-trainer.ts';

/** A few hundred of each kind are enough for the last layer. */
const JUDGED_OF_EACH = 400;
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
    const general =
      run.recipe.steps === 0
        ? run.startFrom
        : await fitted(run, 'general', run.recipe.steps, run.recipe.peakRate, scenes, [], run.startFrom);
    const candidates = [...(await candidateShards(run, fit, suspicious)), ...(await homeShards(run, fit, suspicious))];
    const verifier = await fitted(
      run,
      'fine',
      run.recipe.fineSteps,
      run.recipe.finePeakRate,
      scenes,
      candidates,
      general,
    );
    return await calibrated(run, network, verifierOnnx(await judged(verifier, candidates)));
  } finally {
    fit.close();
    await Promise.all([network.close(), suspicious.close()]);
  }
}

async function fitted(
  { recipe, seed, folder, signal, onProgress }: VerifierRun,
  stage: 'general' | 'fine',
  steps: number,
  peakRate: number,
  scenes: readonly ExampleShard[],
  candidates: readonly ExampleShard[],
  start?: TrainedVerifier,
): Promise<TrainedVerifier> {
  const options = {
    seed,
    steps,
    batch: recipe.batch,
    peakRate,
    checkpoint: join(folder, `${stage}.checkpoint`),
    signal,
    onStep: (step: number, of: number, loss: number) => onProgress(stage, step, of, loss),
  };
  // What the device let through makes up most of the second stage; scenes keep what the first one learned.
  const asked = candidates.length === 0 ? undefined : { draw: anyCandidate(candidates), share: CANDIDATES_SHARE };
  return new VerifierTrainer(options, scenes, asked, start).run();
}

/** The last layer once more, by itself, on the device's candidates. */
async function judged(verifier: TrainedVerifier, candidates: readonly ExampleShard[]): Promise<TrainedVerifier> {
  if (candidates.length === 0) return verifier;
  const heard = await hearCandidates(verifierOnnx(verifier), fewOfEach(candidates, JUDGED_OF_EACH));
  return { ...verifier, tensors: withJudgement(verifier.tensors, fitJudgement(heard, VERIFIER_LABELS.length)) };
}
