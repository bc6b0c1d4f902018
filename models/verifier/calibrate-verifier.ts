import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipScorer } from '@earshot/cloud/verifier/clip-scorer.ts';
import type { Network } from '@earshot/device/detect/network.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import { openSceneMaker, type SceneMaker } from '../scenes/scene-maker.ts';
import { candidatesOf, type CandidateClip } from './candidate-clips.ts';
import { VERIFIER_LABELS } from './example.ts';
import { dayCandidates } from './house-candidates.ts';
import { drawSession } from './sessions.ts';
import { CLIP_S, VERIFIER_FRONT_END } from './verifier-network.ts';
import { writeVerifierPart, type VerifierDescription } from './verifier-part.ts';
import { placeOf, type VerifierRun } from './verifier-run.ts';
import { verifierLevels, type Judged } from './verifier-thresholds.ts';

/** Thresholds on held-back recordings and house days, by the very scorer of the cloud. */
export async function calibrated(run: VerifierRun, network: Network, onnx: Uint8Array): Promise<VerifierDescription> {
  const { recipe, folder, signal, onProgress } = run;
  const maker = await openSceneMaker({ ...placeOf(run), part: 'calibrate' });
  const model = { frontEnd: VERIFIER_FRONT_END, clipS: CLIP_S, labels: [...VERIFIER_LABELS] };
  const scorer = await ClipScorer.load(onnx, model);
  try {
    const ofSessions: Record<Level, Judged[]> = { low: [], medium: [], high: [] };
    for (let session = 0; session < recipe.calibrationSessions; session++) {
      signal.throwIfAborted();
      const played = drawSession(maker, session);
      // Each level is asked about what a device at that level lets through: what only a nervous one hears is harder to judge.
      for (const level of LEVELS)
        ofSessions[level].push(...(await judge(scorer, await candidatesOf(network, played, level))));
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
