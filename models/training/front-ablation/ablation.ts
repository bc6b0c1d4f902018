/**
 * Measures what the verifier's convolutional front gains from the teacher, from the second collection of recordings and
 * from labels other than our own eight. Trains it in variants with the same number of windows and steps, three seeds
 * each, and compares them on recordings of train/ that none of them was trained on. dev/ is not used.
 *   node models/training/front-ablation/ablation.ts CORPUS WORK [--teacher FILE] [--seeds 1,2,3]
 * WORK contains the windows and the result of each variant and seed. Start the same command again to continue a killed
 * run. Use another folder after changing a number below. Set TF_NUM_INTRAOP_THREADS=1 and TF_NUM_INTEROP_THREADS=1 to
 * leave the other cores to other work.
 */
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, env, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import type { KnownLabel } from '@earshot/shared/labels.ts';
import { averagePrecision } from '../average-precision.ts';
import { initBackend } from '../backend/init-backend.ts';
import { NOT_ASKED, YES } from '../data/targets.ts';
import { keptFile } from '../kept-file.ts';
import { ProgressBar } from '../progress-bar.ts';
import { Teacher } from '../teacher/teacher.ts';
import { readWindowShard, windowShardPath, type WindowShard } from '../windows/window-shard.ts';
import { WindowTrainer } from '../windows/window-trainer.ts';
import { Folders, isOfSecondCollection, Material } from './material.ts';
import { answersOf, heardBy, ownWord, readOut } from './read-out.ts';
import { answersFor, variantsOf, type Variant } from './variants.ts';

const SIZE = { shards: 5, windows: 1_000, measured: 2_000 };
const STEPS = 300;
const BATCH = 64;
const PEAK_RATE = 2e-3;
/** Shards of the variant's training windows to which the read-out is fitted. */
const READ_OUT_SHARDS = 3;
const ASKED: readonly KnownLabel[] = ['glass_break', 'smoke_alarm'];

/** Average precision on held-back windows, held-back recordings, and those of them that the first collection has. */
interface Precision {
  windows: number;
  clips: number;
  firstClips: number;
}
type ByLabel = Record<string, Precision>;
interface Result {
  variant: string;
  seed: number;
  readOut: ByLabel;
  ownWord: ByLabel;
}

const { positionals, values } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { teacher: { type: 'string' }, seeds: { type: 'string', default: '1,2,3' } },
});
const [corpus, work] = positionals.map((path) => resolve(path));
const seeds = values.seeds.split(',').map(Number);
if (corpus === undefined || work === undefined || !seeds.every(Number.isSafeInteger))
  throw new RangeError('usage: ablation.ts CORPUS WORK [--teacher FILE] [--seeds 1,2,3] (CORPUS: docs/corpus.md)');

const signal = new AbortController().signal;
await initBackend((line) => void stderr.write(`${line}\n`), signal);
const teacher = values.teacher === undefined ? null : await Teacher.load(resolve(values.teacher));
const cache = join(env.EARSHOT_CACHE ?? join(homedir(), '.cache', 'earshot'), 'corpus');
const folders = new Folders(work, teacher !== null);
const variants = variantsOf(teacher !== null);

await mkdir(work, { recursive: true });
const material = await Material.open(corpus, cache);
await material.render(folders, teacher, SIZE);
const clips = material.clips();
material.close();
await teacher?.close();
const heldBackWindows = await shardAt(folders.heldBackWindows);
const heldBackClips = await shardAt(folders.heldBackClips);

const results: Result[] = [];
// All variants with one seed come before the next seed, so that a stopped run can still be compared.
for (const seed of seeds)
  for (const variant of variants) {
    const file = join(work, 'results', `${variant.name}-${seed}.json`);
    const bytes = await keptFile(file, async () =>
      Buffer.from(`${JSON.stringify(await measured(variant, seed), null, 2)}\n`),
    );
    results.push(JSON.parse(bytes.toString()) as Result);
  }
printSizes();
for (const by of ['readOut', 'ownWord'] as const) printTable(by);

async function shardAt(path: string): Promise<WindowShard> {
  const shard = await readWindowShard(path);
  if (!shard) throw new RangeError(`${path} does not exist`);
  return shard;
}

async function measured(variant: Variant, seed: number): Promise<Result> {
  const folder = folders.pool(variant.pool);
  const bar = new ProgressBar(`${variant.words}, seed ${seed}`);
  const front = await new WindowTrainer({
    seed,
    steps: STEPS,
    batch: BATCH,
    peakRate: PEAK_RATE,
    folder,
    shards: SIZE.shards,
    firstShards: SIZE.shards,
    checkpoint: join(work as string, `${variant.name}-${seed}.checkpoint`),
    select: (shard) => answersFor(variant, shard),
    signal,
    onStep: (step, steps, loss) => bar.show(step, steps, `loss ${loss.toFixed(3)}`),
  }).run();
  const fitted: WindowShard[] = [];
  for (let n = 0; n < READ_OUT_SHARDS; n++) fitted.push(await shardAt(windowShardPath(folder, n)));
  const { pooled } = heardBy(front, fitted);
  const ofWindows = heardBy(front, [heldBackWindows]);
  const ofClips = heardBy(front, [heldBackClips]);
  const result: Result = { variant: variant.name, seed, readOut: {}, ownWord: {} };
  for (const label of ASKED) {
    const read = readOut(pooled, answersOf(fitted, label));
    result.readOut[label] = precisionOf(label, ofWindows.pooled.map(read), ofClips.pooled.map(read));
    const named = ownWord(label);
    result.ownWord[label] = precisionOf(label, ofWindows.names.map(named), ofClips.names.map(named));
  }
  return result;
}

interface Scored {
  score: number;
  answer: number;
}

function precisionOf(label: KnownLabel, windowScores: readonly number[], clipScores: readonly number[]): Precision {
  const windows = answersOf([heldBackWindows], label).map((answer, n) => ({
    answer,
    score: windowScores[n] as number,
  }));
  const clipAnswers = answersOf([heldBackClips], label);
  const ofClips = clips.map(({ sound, first, windows: count }) => ({
    sound,
    answer: clipAnswers[first] as number,
    score: Math.max(...clipScores.slice(first, first + count)),
  }));
  return {
    windows: precision(windows),
    clips: precision(ofClips),
    firstClips: precision(ofClips.filter(({ sound }) => !isOfSecondCollection(sound))),
  };
}

function precision(scored: readonly Scored[]): number {
  const asked = scored.filter(({ answer }) => answer !== NOT_ASKED);
  return averagePrecision(asked.map(({ score, answer }) => ({ score, isReal: answer === YES })));
}

function printSizes(): void {
  for (const label of ASKED) {
    const count = (answers: readonly number[]): string =>
      `${answers.filter((answer) => answer === YES).length} real and ${answers.filter((answer) => answer !== YES && answer !== NOT_ASKED).length} other`;
    const ofClips = answersOf([heldBackClips], label);
    const first = (of: readonly (typeof clips)[number][]): number[] => of.map((clip) => ofClips[clip.first] as number);
    stdout.write(
      `${label}: ${count(answersOf([heldBackWindows], label))} windows; ${count(first(clips))} recordings, of the first collection ${count(first(clips.filter(({ sound }) => !isOfSecondCollection(sound))))}\n`,
    );
  }
}

/** Prints a Markdown table: the mean over the seeds, and in brackets the value of each seed. */
function printTable(by: 'readOut' | 'ownWord'): void {
  const columns = ASKED.flatMap((label) =>
    (['windows', 'clips', 'firstClips'] as const).map((kind) => ({ label, kind })),
  );
  stdout.write(`\n| ${by} | ${columns.map(({ label, kind }) => `${label}, ${kind}`).join(' | ')} |\n`);
  stdout.write(`| --- |${columns.map(() => ' --- |').join('')}\n`);
  for (const { name, words } of variants) {
    const of = results.filter(({ variant }) => variant === name);
    const cells = columns.map(({ label, kind }) => {
      const found = of.map((result) => result[by][label]?.[kind] ?? NaN);
      const mean = found.reduce((sum, x) => sum + x, 0) / found.length;
      return `${mean.toFixed(3)} (${found.map((x) => x.toFixed(3)).join(', ')})`;
    });
    stdout.write(`| ${words} | ${cells.join(' | ')} |\n`);
  }
}
