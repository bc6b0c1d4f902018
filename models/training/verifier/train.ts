/**
 * Trains a calibrated verifier from windows, scenes and the device network's own mistakes. Every stage stores its
 * result in `folder` and is not repeated, except the calibration, the training of own units and the sums of all names, which take minutes. A
 * killed run continues from its checkpoint with the same arguments.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Network } from '@earshot/device/network/network.ts';
import { loadRelease, type Release } from '@earshot/device/releases/release.ts';
import { openSceneMaker, type SceneMaker } from '../../scenes/scene-maker.ts';
import { withAllNamesFitted } from './all-names.ts';
import { trainedFront } from './front-training.ts';
import { calibrated } from './verifier-calibration.ts';
import { anyCandidate, reportedLabels } from './example-draw.ts';
import type { ExampleShard } from './example-store.ts';
import { moreSensitive } from './sensitive-device.ts';
import { alarmShards, candidateShards, homeShards, longToneShards, sceneShards } from './verifier-material.ts';
import { materialFolders, type MaterialFolders } from './material-folders.ts';
import type { VerifierDescription } from './manifest-entry.ts';
import { placeOf, type VerifierRun } from './run.ts';
import { VerifierTrainer, type TrainedVerifier } from './trainer.ts';
import { trainedUnits, type CandidateShards } from './unit-training.ts';

/** Shares of the kinds of examples in a batch. */
const CANDIDATES_SHARE = 0.65;

export async function trainVerifier(run: VerifierRun): Promise<VerifierDescription> {
  await mkdir(run.folder, { recursive: true });
  const release = await loadRelease(run.release, run.load);
  const folders = materialFolders(run, release.manifest);
  // Training is a separate function, so that its examples, some gigabytes, are freed before the calibration.
  const verifier = await learned(run, folders, release);
  const network = await Network.load(release);
  const sensitive = await Network.load(moreSensitive(release));
  try {
    return await calibrated(run, folders, { network, sensitive }, verifier);
  } finally {
    await Promise.all([network.close(), sensitive.close()]);
  }
}

async function learned(run: VerifierRun, folders: MaterialFolders, release: Release): Promise<TrainedVerifier> {
  const { steps, peakRate, fineSteps, finePeakRate, ownUnits } = run.recipe;
  const start = run.startFrom ?? (await trainedFront(run));
  if (steps + fineSteps + ownUnits.steps === 0) return start;
  const fit = await openSceneMaker({ ...placeOf(run), part: 'fit' });
  try {
    const scenes = await sceneShards(run, folders, fit);
    const general = steps === 0 ? start : await fitted(run, { name: 'general', steps, peakRate }, start, scenes, []);
    const candidates = await candidatesFor(run, folders, fit, release);
    const fine = { name: 'fine', steps: fineSteps, peakRate: finePeakRate };
    const { sessions, alarms, longTones, homes } = candidates;
    const all = [...sessions, ...alarms, ...homes];
    const shared = fineSteps === 0 ? general : await fitted(run, fine, general, scenes, all);
    const played = [...sessions, ...alarms, ...longTones];
    const withUnits = ownUnits.steps === 0 ? shared : await fittedUnits(run, shared, scenes, { played, homes });
    // Alarms are left out, because a run for some labels has none.
    return await withAllNames(run, withUnits, { played: sessions, homes });
  } finally {
    fit.close();
  }
}

/** Fits the sum of all names for one label after the other. */
async function withAllNames(
  { recipe, labels, seed, folder, signal, onProgress }: VerifierRun,
  start: TrainedVerifier,
  candidates: CandidateShards,
): Promise<TrainedVerifier> {
  let verifier = start;
  for (const label of chosen(recipe.allNames, labels)) {
    const onEmbedded = (done: number, total: number): void => onProgress(`embeddings of ${label}`, done, total);
    const options = { label, isAskedFor: labels !== undefined, seed, folder, signal, onEmbedded };
    verifier = await withAllNamesFitted(options, verifier, candidates);
  }
  return verifier;
}

/** The labels of the recipe, or those that the run was asked for. */
const chosen = (usual: readonly string[], asked?: readonly string[]): readonly string[] =>
  usual.filter((label) => asked?.includes(label) ?? true);

/** Trains units of their own for one label after the other. A label that the device never reported gets none. */
async function fittedUnits(
  { recipe, labels, seed, folder, signal, onProgress }: VerifierRun,
  start: TrainedVerifier,
  scenes: readonly ExampleShard[],
  candidates: CandidateShards,
): Promise<TrainedVerifier> {
  const { labels: usual, steps, peakRate } = recipe.ownUnits;
  let verifier = start;
  for (const label of reportedLabels(candidates.played, usual, labels && chosen(usual, labels))) {
    const options = {
      label,
      steps,
      peakRate,
      seed,
      folder,
      signal,
      onEmbedded: (done: number, total: number) => onProgress(`embeddings of ${label}`, done, total),
      onStep: (step: number, of: number, loss: number) => onProgress(`own units of ${label}`, step, of, loss),
    };
    verifier = await trainedUnits(options, verifier, scenes, candidates);
  }
  return verifier;
}

async function candidatesFor(
  run: VerifierRun,
  folders: MaterialFolders,
  fit: SceneMaker,
  release: Release,
): Promise<Record<'sessions' | 'alarms' | 'longTones' | 'homes', ExampleShard[]>> {
  const sensitive = await Network.load(moreSensitive(release));
  try {
    const isOfSmoke = run.labels?.includes('smoke_alarm') ?? true;
    return {
      sessions: await candidateShards(run, folders, fit, sensitive),
      alarms: isOfSmoke ? await alarmShards(run, folders, fit, sensitive) : [],
      longTones: isOfSmoke && run.recipe.ownUnits.steps > 0 ? await longToneShards(run, folders, fit, sensitive) : [],
      homes: await homeShards(run, folders, fit, sensitive),
    };
  } finally {
    await sensitive.close();
  }
}

interface FittingStep {
  /** The name of the stage and of its checkpoint. */
  name: string;
  steps: number;
  peakRate: number;
}

async function fitted(
  { recipe, seed, folder, signal, onProgress }: VerifierRun,
  { name, ...step }: FittingStep,
  start: TrainedVerifier,
  scenes: readonly ExampleShard[],
  candidates: readonly ExampleShard[],
): Promise<TrainedVerifier> {
  const options = {
    ...step,
    seed,
    batch: recipe.batch,
    checkpoint: join(folder, `${name}.checkpoint`),
    signal,
    onStep: (step: number, of: number, loss: number) => onProgress(name, step, of, loss),
  };
  // The device's candidates are most of the second stage; the scenes keep the network from forgetting what it learned
  // in the first.
  const asked = candidates.length === 0 ? undefined : { draw: anyCandidate(candidates), share: CANDIDATES_SHARE };
  return new VerifierTrainer(options, start, scenes, asked).run();
}
