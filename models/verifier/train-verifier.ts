/**
 * From scenes and the device network's own mistakes to a calibrated verifier. Every stage leaves its result in `folder` and is not
 * done twice; a killed run goes on from its checkpoint with the same arguments.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import { loadRelease, type LoadOptions } from '@earshot/device/detect/release.ts';
import { Network } from '@earshot/device/detect/network.ts';
import type { Level } from '@earshot/shared/labels.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { houseDay, type HouseDayOptions } from '../scenes/house-day.ts';
import { openSceneMaker, type SceneMaker } from '../scenes/scene-maker.ts';
import { Random } from '../synthesis/random.ts';
import { CandidateListener, candidatesOf, type CandidateClip } from './candidate-clips.ts';
import { exampleOf, exampleOfCandidate, VERIFIER_LABELS, type Example } from './example.ts';
import { readExamples, writeExamples, type ExampleShard } from './example-store.ts';
import { hearCandidates } from './hear-candidates.ts';
import { fitJudgement, withJudgement } from './judgement.ts';
import { drawSession } from './sessions.ts';
import { CLIP_S, VERIFIER_FRONT_END } from './verifier-network.ts';
import { writeVerifierPart, type VerifierDescription } from './verifier-part.ts';
import { verifierLevels, type Judged } from './verifier-thresholds.ts';
import type { VerifierRecipe } from './verifier-recipe.ts';
import { VerifierTrainer, verifierOnnx, type TrainedVerifier } from './verifier-trainer.ts';

export interface VerifierRun {
  recipe: VerifierRecipe;
  seed: number;
  /** Weights to begin with; absent: drawn. */
  startFrom?: TrainedVerifier;
  corpus: string;
  cache: string;
  /** A release whose trunk and heads are trained: its candidates are what the verifier will be asked about. */
  release: string;
  load?: LoadOptions;
  /** Stages and results. */
  folder: string;
  signal: AbortSignal;
  onProgress: (stage: string, done: number, total: number, loss?: number) => void;
}

const placeOf = ({ corpus, cache, seed, signal }: VerifierRun) => ({ corpus, cache, seed, signal });

const SCENES_A_SHARD = 100;
const SESSIONS_A_SHARD = 60;
const HOURS_A_SHARD = 4;
const FIRST_HOUR = 6;
const WAKING_HOURS = 16;

export async function trainVerifier(run: VerifierRun): Promise<VerifierDescription> {
  await mkdir(join(run.folder, 'scenes'), { recursive: true });
  await mkdir(join(run.folder, 'candidates'), { recursive: true });
  await mkdir(join(run.folder, 'homes'), { recursive: true });
  const network = await Network.load(await loadRelease(run.release, run.load));
  const fit = await openSceneMaker({ ...placeOf(run), part: 'fit' });
  try {
    const scenes = await sceneShards(run, fit);
    const general = await fitted(run, 'general', run.recipe.steps, run.recipe.peakRate, scenes, [], run.startFrom);
    const candidates = [...(await candidateShards(run, fit, network)), ...(await homeShards(run, fit, network))];
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
    await network.close();
  }
}

async function sceneShards(
  { recipe, seed, folder, signal, onProgress }: VerifierRun,
  maker: SceneMaker,
): Promise<ExampleShard[]> {
  return filled(
    join(folder, 'scenes'),
    recipe.sceneShards,
    signal,
    (done) => onProgress('scenes', done, recipe.sceneShards),
    async (shard) =>
      Array.from({ length: SCENES_A_SHARD }, (_, i) => {
        const scene = shard * SCENES_A_SHARD + i;
        return exampleOf(maker.render(scene), new Random(`verifier/${seed}/${scene}`));
      }),
  );
}

async function candidateShards(
  { recipe, folder, signal, onProgress }: VerifierRun,
  maker: SceneMaker,
  network: Network,
): Promise<ExampleShard[]> {
  const total = recipe.candidateShards;
  return filled(
    join(folder, 'candidates'),
    total,
    signal,
    (done) => onProgress('candidates', done, total),
    async (shard) => {
      const examples: Example[] = [];
      for (let i = 0; i < SESSIONS_A_SHARD; i++) {
        signal.throwIfAborted();
        const played = drawSession(maker, shard * SESSIONS_A_SHARD + i);
        // The most sensitive level lets most through: what any home's verifier may be asked.
        examples.push(...(await candidatesOf(network, played, 'high')).map(exampleOfCandidate));
      }
      return examples;
    },
  );
}

/** Homes that nobody alarms: the very mistakes that would wake people, in the proportion in which a device makes them. */
async function homeShards(
  { recipe, folder, signal, onProgress }: VerifierRun,
  maker: SceneMaker,
  network: Network,
): Promise<ExampleShard[]> {
  const total = recipe.homeShards;
  return filled(
    join(folder, 'homes'),
    total,
    signal,
    (done) => onProgress('homes', done, total),
    async (shard) => {
      const examples: Example[] = [];
      // Each home another part of the day, from 6 to 22 o'clock.
      const fromS = (FIRST_HOUR + ((shard * HOURS_A_SHARD) % WAKING_HOURS)) * 3_600;
      const hours = { signal, fromS, toS: fromS + HOURS_A_SHARD * 3_600 };
      for await (const candidate of dayCandidates(maker, network, `fit-${shard}`, hours, 'high'))
        examples.push(exampleOfCandidate(candidate));
      return examples;
    },
  );
}

/** What a device lets through of a home's day that is played in one piece. */
async function* dayCandidates(
  maker: SceneMaker,
  network: Network,
  day: string,
  options: HouseDayOptions,
  level: Level,
  onHour: (atS: number) => void = () => undefined,
): AsyncGenerator<CandidateClip> {
  const listener = new CandidateListener(network, level);
  const { fromS = 0 } = options;
  const shifted = <T extends { startS: number; endS: number }>(of: readonly T[]): T[] =>
    of.map((one) => ({ ...one, startS: one.startS - fromS, endS: one.endS - fromS }));
  for await (const { samples, events, ignored, atS } of houseDay(maker.world, day, options)) {
    yield* await listener.push({ samples, events: shifted(events), ignored: shifted(ignored) });
    onHour(atS);
  }
  yield* await listener.finish();
}

async function filled(
  folder: string,
  count: number,
  signal: AbortSignal,
  onDone: (done: number) => void,
  make: (shard: number) => Promise<Example[]>,
): Promise<ExampleShard[]> {
  const shards: ExampleShard[] = [];
  for (let shard = 0; shard < count; shard++) {
    signal.throwIfAborted();
    const path = join(folder, `${shard}.shard`);
    if (!existsSync(path)) await writeExamples(path, await make(shard));
    const read = await readExamples(path);
    // Sixty quiet sessions give no candidate.
    if (read && read.scenes > 0) shards.push(read);
    onDone(shard + 1);
  }
  return shards;
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
  const sets = [
    { shards: scenes, share: 0.45 },
    { shards: candidates, share: candidates.length > 0 ? 0.55 : 0 },
  ];
  return new VerifierTrainer(options, sets, start).run();
}

/** The last layer once more, by itself, on the device's candidates. */
async function judged(verifier: TrainedVerifier, candidates: readonly ExampleShard[]): Promise<TrainedVerifier> {
  if (candidates.length === 0) return verifier;
  const heard = await hearCandidates(verifierOnnx(verifier), candidates);
  return { ...verifier, tensors: withJudgement(verifier.tensors, fitJudgement(heard, VERIFIER_LABELS.length)) };
}

/** Thresholds on held-back recordings and house days, by the very scorer of the cloud. */
export async function calibrated(run: VerifierRun, network: Network, onnx: Uint8Array): Promise<VerifierDescription> {
  const { recipe, folder, signal, onProgress } = run;
  const maker = await openSceneMaker({ ...placeOf(run), part: 'calibrate' });
  const model = { frontEnd: VERIFIER_FRONT_END, clipS: CLIP_S, labels: [...VERIFIER_LABELS] };
  const scorer = await ClipScorer.load(onnx, model);
  try {
    const ofSessions: Judged[] = [];
    for (let session = 0; session < recipe.calibrationSessions; session++) {
      signal.throwIfAborted();
      ofSessions.push(...(await judge(scorer, await candidatesOf(network, drawSession(maker, session), 'high'))));
      onProgress('calibration', session + 1, recipe.calibrationSessions);
    }
    const ofDays: Judged[] = [];
    for (let day = 0; day < recipe.houseDays; day++) ofDays.push(...(await judgeDay(run, maker, network, scorer, day)));
    const houseDays = { days: recipe.houseDays, judged: ofDays };
    const levels = Object.fromEntries(
      VERIFIER_LABELS.map((label) => [label, verifierLevels(label, ofSessions, houseDays)]),
    );
    const description = { ...model, levels };
    await writeFile(join(folder, 'calibration.json'), JSON.stringify({ judged: ofSessions, houseDays }));
    await writeVerifierPart(folder, { onnx, description });
    return description;
  } finally {
    maker.close();
    await scorer.close();
  }
}

async function judgeDay(
  { signal, onProgress }: VerifierRun,
  maker: SceneMaker,
  network: Network,
  scorer: ClipScorer,
  day: number,
): Promise<Judged[]> {
  const judged: Judged[] = [];
  const shown = (atS: number): void => onProgress(`house day ${day + 1}`, atS, 86_400);
  for await (const candidate of dayCandidates(maker, network, `calibrate-${day}`, { signal }, 'medium', shown))
    judged.push(...(await judge(scorer, [candidate])));
  return judged;
}

async function judge(scorer: ClipScorer, candidates: readonly CandidateClip[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  // One at a time, as the cloud does when one comes: a batch would only be faster with more cores.
  for (const candidate of candidates) {
    const [scores] = await scorer.score([candidate]);
    const { label } = candidate.evidence;
    judged.push({ label, score: scores?.[label] ?? 0, isReal: candidate.isReal });
  }
  return judged;
}

/** The trained network of an earlier run, to calibrate again without training. */
export async function readOnnx(folder: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, 'verifier.onnx'));
  } catch (error) {
    throw new EarshotError('TRAINING', `${folder} holds no trained verifier.`, { cause: error });
  }
}
