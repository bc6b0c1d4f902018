import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClipScorer, type VerifierModel } from '@earshot/cloud/verifier/clip-scorer.ts';
import type { Network } from '@earshot/device/network/network.ts';
import { loadRelease } from '@earshot/device/releases/release.ts';
import { EARLY } from '@earshot/shared/features/verifier-evidence.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import { openSceneMaker, type SceneMaker } from '../../scenes/scene-maker.ts';
import { SAMPLE_RATE } from '../../synthesis/sound.ts';
import { candidatesOf, type CandidateClip, type Played } from './candidate-clips.ts';
import { VERIFIER_LABELS } from './example.ts';
import { dayCandidates, fewOfEach } from './house-candidates.ts';
import { HouseDayStore } from './house-day-store.ts';
import { beside, fitScoreWeights, type Heard, type ScoreWeights } from './last-word.ts';
import { WordReader } from './word-reader.ts';
import { drawNearMiss, drawSession, drawWarning } from './sessions.ts';
import { CLIP_S, VERIFIER_FRONT_END } from './network.ts';
import { writeVerifierPart, type VerifierDescription } from './manifest-entry.ts';
import type { MaterialFolders } from './material-folders.ts';
import { placeOf, type VerifierRun } from './run.ts';
import {
  verifierLevels,
  type HouseDays,
  type Judged,
  type JudgedOfDay,
  type JudgedSessions,
} from './verifier-levels.ts';
import { verifierOnnx, type TrainedVerifier } from './trainer.ts';
import { scoreWeightsIn } from './weights.ts';

/**
 * Thresholds must keep the recall of alarms down to this SNR. For a candidate during a quieter alarm it is uncertain
 * whether the device reported the alarm or the background. Two such candidates in a hundred would already determine the
 * threshold for all.
 */
const LEAST_SNR_DB = 0;
const DAY_S = 86_400;

/** The days of a seed: 25 in spring, one in each home, then 25 in summer, and so on. */
const DAYS = 100;
/**
 * Days so far apart are of different homes and seasons, because crickets and dawn choruses are heard only in some months.
 * With 24 days both weights and thresholds have each season.
 */
const DAYS_APART = 37;
/** Weights are fitted on every third house day and thresholds set on the others. */
const DAYS_A_TURN = 3;
const isWeighed = (day: number): boolean => day % DAYS_A_TURN === 1;
/**
 * At most this many false candidates of each label and day are used for the weights, so that a cricket that sings all
 * night does not dominate the fit.
 */
const MOST_OF_A_DAY = 12;

const MODEL: VerifierModel = { frontEnd: VERIFIER_FRONT_END, clipS: CLIP_S, labels: [...VERIFIER_LABELS] };

/**
 * Fits the score weights and the thresholds on held-back recordings and house days, with the same scorer as in the
 * cloud. `sensitive` is the same device with lower thresholds: a normal device reports too few false candidates for a
 * fit.
 */
export async function calibrated(
  run: VerifierRun,
  { days: daysFolder }: Pick<MaterialFolders, 'days'>,
  { network, sensitive }: { network: Network; sensitive: Network },
  verifier: TrainedVerifier,
): Promise<VerifierDescription> {
  const maker = await openSceneMaker({ ...placeOf(run), part: 'calibrate' });
  try {
    const days = await houseDays(run, daysFolder, maker, network);
    const weights = await scoreWeightsOf(
      run,
      maker,
      sensitive,
      verifier,
      days.filter((_, day) => isWeighed(day)),
    );
    const kept = run.labels && (await keptBeside(run, run.labels));
    const onnx = verifierOnnx(verifier, { weights: kept?.weights(weights) ?? weights });
    return await withThresholds(
      run,
      maker,
      network,
      onnx,
      days.filter((_, day) => !isWeighed(day)),
      kept?.levels,
    );
  } finally {
    maker.close();
  }
}

/** What the labels of the release that are not among `fitted` keep: the weights of their scores, and their levels. */
async function keptBeside(
  { release: folder, load }: VerifierRun,
  fitted: readonly string[],
): Promise<{ weights: (fresh: ScoreWeights) => ScoreWeights; levels: VerifierDescription['levels'] }> {
  const release = await loadRelease(folder, load);
  const { verifier } = release.manifest;
  const old = scoreWeightsIn(await release.read(verifier));
  const isFitted = VERIFIER_LABELS.map((label) => fitted.includes(label));
  return {
    weights: (fresh) => beside(fresh, old, isFitted),
    levels: Object.fromEntries(Object.entries(verifier.levels).filter(([label]) => !fitted.includes(label))),
  };
}

/** Scores the candidates that a device at medium reports on house days. */
async function houseDays(
  { recipe, signal, onProgress }: VerifierRun,
  folder: string,
  maker: SceneMaker,
  network: Network,
): Promise<CandidateClip[][]> {
  const store = new HouseDayStore(folder);
  const days: CandidateClip[][] = [];
  for (let n = 0; n < recipe.houseDays; n++) {
    const day = (n * DAYS_APART) % DAYS;
    const shown = (atS: number): void => onProgress(`house day ${n + 1}`, atS, DAY_S);
    const key = { seed: 'calibrate', day };
    days.push(await store.take(`day-${day}`, () => dayCandidates(maker, network, key, { signal }, 'medium', shown)));
  }
  return days;
}

async function scoreWeightsOf(
  { recipe, signal, onProgress }: VerifierRun,
  maker: SceneMaker,
  network: Network,
  verifier: TrainedVerifier,
  days: readonly CandidateClip[][],
): Promise<ScoreWeights> {
  const reader = await WordReader.load(verifierOnnx(verifier, { withWords: true }), MODEL);
  const heard: Heard[] = [];
  try {
    for (let session = 0; session < recipe.weightSessions; session++) {
      signal.throwIfAborted();
      // This scene is none of those on which the thresholds are set.
      const warning = drawWarning(maker, recipe.calibrationSessions + session, LEAST_SNR_DB);
      // Sounds that only resemble alarms are left out. None of them has a standard rhythm, so the fit would learn to
      // distrust every alarm without one.
      for (const played of [drawSession(maker, session), warning])
        for (const candidate of await candidatesOf(network, played, 'high')) heard.push(await reader.read(candidate));
      onProgress('judgement', session + 1, recipe.weightSessions);
    }
    const wrong = days.flatMap((day) =>
      fewOfEach(
        day.filter(({ isReal }) => !isReal),
        MOST_OF_A_DAY,
      ),
    );
    for (const candidate of wrong) heard.push(await reader.read(candidate));
  } finally {
    await reader.close();
  }
  return fitScoreWeights(heard, VERIFIER_LABELS.length);
}

async function withThresholds(
  run: VerifierRun,
  maker: SceneMaker,
  network: Network,
  onnx: Uint8Array,
  days: readonly CandidateClip[][],
  kept: VerifierDescription['levels'] = {},
): Promise<VerifierDescription> {
  const { recipe, folder, signal, onProgress } = run;
  const scorer = await ClipScorer.load(onnx, MODEL);
  try {
    const [sessions, nearMisses] = [new Sessions(scorer, network), new Sessions(scorer, network)];
    for (let session = 0; session < recipe.calibrationSessions; session++) {
      signal.throwIfAborted();
      // This session is none of those on which the score weights were fitted.
      await sessions.play(drawSession(maker, recipe.weightSessions + session, LEAST_SNR_DB));
      await sessions.play(drawWarning(maker, session, LEAST_SNR_DB));
      await nearMisses.play(drawNearMiss(maker, session));
      onProgress('calibration', session + 1, recipe.calibrationSessions);
    }
    const houseDays: HouseDays = { days: days.length, judged: await judgeDays(scorer, days) };
    const judgement = { sessions: sessions.judged, nearMisses: nearMisses.judged, houseDays };
    const levels = Object.fromEntries(
      VERIFIER_LABELS.map((label) => [label, kept[label] ?? verifierLevels(label, judgement)]),
    );
    const description = { ...MODEL, levels };
    await writeFile(join(folder, 'calibration.json'), JSON.stringify(judgement));
    await writeVerifierPart(folder, { onnx, description });
    return description;
  } finally {
    await scorer.close();
  }
}

/** Plays sessions and collects the verifier's scores of their candidates. */
class Sessions {
  private readonly scorer: ClipScorer;
  private readonly network: Network;
  private readonly candidates: Record<Level, Judged[]> = { low: [], medium: [], high: [] };
  private samples = 0;

  constructor(scorer: ClipScorer, network: Network) {
    this.scorer = scorer;
    this.network = network;
  }

  /**
   * Plays one session. Each level is measured on the candidates of a device at that level, because candidates that only
   * a more sensitive device reports are harder to verify.
   */
  async play(played: Played): Promise<void> {
    this.samples += played.samples.length;
    for (const level of LEVELS) {
      const candidates = (await candidatesOf(this.network, played, level)).filter((one) => !isAwaitingMore(one));
      this.candidates[level].push(...bestOfEach(await judge(this.scorer, candidates)));
    }
  }

  get judged(): JudgedSessions {
    return { hours: this.samples / SAMPLE_RATE / 3_600, judged: this.candidates };
  }
}

/**
 * Whether this is an early report of a real alarm. The verifier rejects it on purpose and confirms the next report, so it
 * does not count as a lost alarm.
 */
const isAwaitingMore = ({ isReal, evidence }: CandidateClip): boolean => isReal && evidence.why.evidence?.[EARLY] === 1;

/**
 * Reduces the candidates of a session to two per label: the real one and the false one with the highest score. A
 * continuing sound is verified several times, and one confirmation is enough.
 */
export function bestOfEach(judged: readonly Judged[]): Judged[] {
  const best = new Map<string, Judged>();
  for (const one of judged) {
    const key = `${one.label} ${one.isReal}`;
    if (one.score > (best.get(key)?.score ?? -1)) best.set(key, one);
  }
  return [...best.values()];
}

async function judgeDays(scorer: ClipScorer, days: readonly CandidateClip[][]): Promise<JudgedOfDay[]> {
  const judged: JudgedOfDay[] = [];
  for (const [day, candidates] of days.entries())
    for (const [n, one] of (await judge(scorer, candidates)).entries()) {
      const { atS, eventId } = candidates[n] as CandidateClip;
      judged.push({ ...one, day, atS, eventId });
    }
  return judged;
}

async function judge(scorer: ClipScorer, candidates: readonly CandidateClip[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  // Score one clip at a time: on the few cores of this machine a batch would not be faster.
  for (const candidate of candidates) {
    const [scores] = await scorer.score([candidate]);
    const { label } = candidate.evidence;
    judged.push({ label, score: scores?.[label] ?? 0, isReal: candidate.isReal });
  }
  return judged;
}
