/**
 * Teaches a sound from a few examples: one small head on the release's trunk, trained and measured at once. The
 * figures are measured on examples that the head has not seen: for each example, with a head trained on the others.
 */
import { Detector } from '@earshot/device/detect/detector.ts';
import { listenToAll } from '@earshot/device/detect/detector-settings.ts';
import { Network } from '@earshot/device/network/network.ts';
import type { Release } from '@earshot/device/releases/release.ts';
import { findSound, type FoundSound } from '@earshot/shared/audio/find-sound.ts';
import { EXAMPLES_NEEDED, type TaughtSoundFile } from '@earshot/shared/contracts/taught-sounds.ts';
import { EarshotError } from '@earshot/shared/errors.ts';
import { LEVELS, type Level } from '@earshot/shared/labels.ts';
import { Random } from '../synthesis/random.ts';
import { SAMPLE_RATE, samplesOf } from '../synthesis/sound.ts';
import { initWasm } from '../training/backend/init-backend.ts';
import { FLOOR_ODDS, probabilityOf } from '../training/calibration/device-levels.ts';
import { policyOf } from '../training/calibration/policy.ts';
import { DEVICE_SHAPE } from '../training/network/device-network.ts';
import { headGraph } from '../training/onnx/device-graphs.ts';
import { HeadTrainer, renderedOf, type FittedHead, type Rendered } from './head-trainer.ts';
import { practise, PRACTICES, TESTS } from './practice.ts';
import type { SoundBank } from './sound-bank.ts';
import { trainingSteps } from './training-steps.ts';
import { TrunkReader } from './trunk-reader.ts';

export interface Example {
  name: string;
  /** Samples at 16 kHz, mono. */
  samples: Float32Array;
}

interface TeachJob {
  label: string;
  examples: readonly Example[];
  /** Another example, on which the finished head is tested. */
  check: Example | null;
  release: Release;
  bank: SoundBank;
  /** Number of examples on which the figures are measured (default: all). Each of them takes one more training. */
  measuredExamples?: number;
  /** Called with a line before each step; a step takes a few seconds. */
  onProgress?: (line: string) => void;
  signal: AbortSignal;
}

export interface Taught {
  file: TaughtSoundFile;
  /** Whether the device's detector found the sound in the check recording; null when there is no such recording. */
  checkFound: boolean | null;
}

/** This much of the recording before and after the sound is used, too. */
const MARGIN_S = 0.05;
/** The bank cannot measure false alerts that are rarer than one per month. */
const FEWEST_PER_DAY = 1 / 30;

export async function teach({
  label,
  examples,
  check,
  release,
  bank,
  measuredExamples = examples.length,
  onProgress = () => undefined,
  signal,
}: TeachJob): Promise<Taught> {
  const sounds = cutOut(examples);
  // Otherwise the answer would be that the head does not recognise it.
  if (check && findSound(check.samples, SAMPLE_RATE) === null) refuseSoundless([check]);
  await initWasm();
  const trunk = await TrunkReader.open(release);
  try {
    if (trunk.width !== DEVICE_SHAPE.units)
      throw new EarshotError(
        'RELEASE_BROKEN',
        `The trunk's embedding has ${trunk.width} values, not ${DEVICE_SHAPE.units}.`,
      );
    const trainer = new HeadTrainer(label, DEVICE_SHAPE, bank.windows('learn'), bank.windows('measure'));
    onProgress('rendering the recordings in other rooms and noises');
    const practices = await renderAll(trunk, label, sounds, 'practice', PRACTICES, signal);
    const tests = await renderAll(trunk, label, sounds, 'test', TESTS, signal);
    const trainings = Math.min(measuredExamples, examples.length) + 1;
    const onTraining = trainingSteps(trainings, onProgress);
    const unseen = await scoreUnseen(trainer, practices, tests, measuredExamples, onTraining, signal);
    onTraining();
    const head = await trainer.fit(practices.flat(), tests.flat(), 1, signal);
    const file = fileOf(label, trunk.sha256, head, unseen);
    return { file, checkFound: check && (await isFound(release, file, check.samples)) };
  } finally {
    await trunk.close();
  }
}

/** Cuts the sound out of each example. */
export function cutOut(examples: readonly Example[]): Float32Array[] {
  const found = examples.map((example) => ({ ...example, sound: findSound(example.samples, SAMPLE_RATE) }));
  refuseSoundless(found.filter(({ sound }) => sound === null));
  if (examples.length < EXAMPLES_NEEDED)
    throw new EarshotError('TEACH_EXAMPLES', `There are ${examples.length} examples; ${EXAMPLES_NEEDED} are needed.`);
  return found.map(({ samples, sound }) => {
    const { startS, endS } = sound as FoundSound;
    return samples.slice(samplesOf(Math.max(0, startS - MARGIN_S)), samplesOf(endS + MARGIN_S));
  });
}

/** Throws when there is one. The cause decides what helps: a muted microphone, or a sound that is too quiet. */
function refuseSoundless(examples: readonly Example[]): void {
  if (examples.length === 0) return;
  const isSilent = ({ samples }: Example): boolean => samples.every((sample) => sample === 0);
  const names = (some: readonly Example[]): string => some.map(({ name }) => name).join(', ');
  const silent = examples.filter(isSilent);
  const noisy = examples.filter((example) => !isSilent(example));
  const reasons = [
    ...(silent.length > 0 ? [`Only silence was recorded in ${names(silent)}: is the microphone muted?`] : []),
    ...(noisy.length > 0 ? [`No sound stands out from the room's noise in ${names(noisy)}.`] : []),
  ];
  throw new EarshotError('TEACH_EXAMPLES', reasons.join(' '));
}

/** Renders each example several times. */
async function renderAll(
  trunk: TrunkReader,
  label: string,
  sounds: readonly Float32Array[],
  purpose: string,
  count: number,
  signal: AbortSignal,
): Promise<Rendered[][]> {
  const all: Rendered[][] = [];
  for (const [n, sound] of sounds.entries()) {
    const own: Rendered[] = [];
    for (let k = 0; k < count; k++) {
      signal.throwIfAborted();
      own.push(await renderedOf(trunk, label, practise(sound, new Random(`teach/${purpose}/${n}/${k}`))));
    }
    all.push(own);
  }
  return all;
}

/** For each level: the share of renderings that were detected by a head trained on the other examples. */
async function scoreUnseen(
  trainer: HeadTrainer,
  practices: readonly Rendered[][],
  tests: readonly Rendered[][],
  measuredExamples: number,
  onTraining: () => void,
  signal: AbortSignal,
): Promise<Record<Level, number>> {
  const found = { low: 0, medium: 0, high: 0 };
  const measured = tests.slice(0, measuredExamples);
  for (const [left, unseen] of measured.entries()) {
    onTraining();
    const others = (all: readonly Rendered[][]): Rendered[] => all.filter((_, n) => n !== left).flat();
    const { weights, thresholds } = await trainer.fit(others(practices), others(tests), left + 2, signal);
    for (const level of LEVELS)
      found[level] += unseen.filter((one) => trainer.highestOf(weights, one) >= thresholds[level]).length;
  }
  const count = measured.flat().length;
  return { low: found.low / count, medium: found.medium / count, high: found.high / count };
}

function fileOf(
  label: string,
  trunkSha256: string,
  { weights, thresholds, rate }: FittedHead,
  found: Record<Level, number>,
): TaughtSoundFile {
  const perDay = (level: Level): number => Math.max(FEWEST_PER_DAY, rate.at(thresholds[level]));
  const levelOf = (level: Level) => ({
    threshold: probabilityOf(thresholds[level]),
    perDay: perDay(level),
    missRate: 1 - found[level],
  });
  return {
    schema: 1,
    label,
    trunkSha256,
    levels: { low: levelOf('low'), medium: levelOf('medium'), high: levelOf('high') },
    decision: {
      bias: 0,
      // The evidence is the highest mean score over 0.4 s in the last seconds, as log-odds in powers of ten.
      weights: { [`peak_${label}`]: Math.LN10 },
      // A sound stays pending while its odds are at most e^2 below the most sensitive level's threshold, as in a release.
      floor: probabilityOf(thresholds.high - FLOOR_ODDS),
      ...policyOf(label).events,
    },
    figures: { found: found.medium, mistakesPerDay: perDay('medium') },
    head: Buffer.from(headGraph(weights, DEVICE_SHAPE, label)).toString('base64'),
  };
}

/** Whether the device's own detector finds the sound, with silence before and after it. */
async function isFound(release: Release, file: TaughtSoundFile, samples: Float32Array): Promise<boolean> {
  const network = await Network.load(release, [file]);
  try {
    const detector = new Detector(network, { settings: listenToAll(network.labels, 'medium') });
    const quiet = new Float32Array(3 * SAMPLE_RATE);
    const detections = [
      ...(await detector.push(quiet)),
      ...(await detector.push(samples)),
      ...(await detector.push(quiet)),
      ...(await detector.finish()),
    ];
    return detections.some(({ type, label }) => type === 'candidate' && label === file.label);
  } finally {
    await network.close();
  }
}
