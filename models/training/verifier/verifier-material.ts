/**
 * The examples on which the verifier is trained. Every shard is made once and stored; a killed run continues at the
 * first missing one.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Network } from '@earshot/device/network/network.ts';
import type { SceneMaker } from '../../scenes/scene-maker.ts';
import { Random } from '../../synthesis/random.ts';
import { candidatesOf, type CandidateClip, type Played } from './candidate-clips.ts';
import { exampleOf, exampleOfCandidate, type Example } from './example.ts';
import { readExamples, writeExamples, type ExampleShard } from './example-store.ts';
import { candidatesWithoutRhythm } from './example-draw.ts';
import { dayCandidates, fewOfEach } from './house-candidates.ts';
import type { MaterialFolders } from './material-folders.ts';
import { drawAlarmWithoutRhythm, drawNearMiss, drawSession, drawSmokeAlarm, drawWhistleOrBeep } from './sessions.ts';
import type { VerifierRun } from './run.ts';

const SCENES_A_SHARD = 100;
const SESSIONS_A_SHARD = 60;
const NEAR_MISSES_A_SHARD = 20;
const ALARMS_A_SHARD = 10;
const NEAR_MISSES_BESIDE_ALARMS = 20;
/** A sensitive device takes two kettles in five for a smoke alarm, but only one other near miss in five. */
const KETTLES_BESIDE_ALARMS = 7;
/** The first near misses and kettles beside alarms, with numbers that no near miss beside sessions has. */
const FIRST_BESIDE_ALARMS = 1_000_000;
const FIRST_KETTLE = 3_000_000;
const LONG_ALARMS_A_SHARD = 12;
const WHISTLES_A_SHARD = 20;
/** The first whistle, with a number that no alarm without a rhythm has. */
const FIRST_WHISTLE = 1_000_000;
/** At most this many candidates of each label and home, right ones and wrong ones separately. */
const MOST_OF_A_DAY = 40;

export async function sceneShards(
  { recipe, seed, signal, onProgress }: VerifierRun,
  { scenes }: MaterialFolders,
  maker: SceneMaker,
): Promise<ExampleShard[]> {
  return filled(
    scenes,
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

export const candidateShards: ReportedShards = (run, { candidates }, maker, network) =>
  reported(run, network, 'candidates', candidates, run.recipe.candidateShards, (shard) => sessionsOf(maker, shard));

/** The shard's share of `count` numbers from `first` on. */
const numbers = (shard: number, count: number, first = 0): number[] =>
  Array.from({ length: count }, (_, i) => first + shard * count + i);

function* sessionsOf(maker: SceneMaker, shard: number): Generator<Played> {
  for (const n of numbers(shard, SESSIONS_A_SHARD)) yield drawSession(maker, n);
  for (const n of numbers(shard, NEAR_MISSES_A_SHARD)) yield drawNearMiss(maker, n);
}

function* alarmsOf(maker: SceneMaker, shard: number): Generator<Played> {
  for (const n of numbers(shard, ALARMS_A_SHARD)) yield drawSmokeAlarm(maker, n);
  for (const n of numbers(shard, NEAR_MISSES_BESIDE_ALARMS, FIRST_BESIDE_ALARMS)) yield drawNearMiss(maker, n);
  for (const n of numbers(shard, KETTLES_BESIDE_ALARMS, FIRST_KETTLE)) yield drawNearMiss(maker, n, 'kettle');
}

function* longTonesOf(maker: SceneMaker, shard: number): Generator<Played> {
  for (const n of numbers(shard, LONG_ALARMS_A_SHARD)) yield drawAlarmWithoutRhythm(maker, n);
  for (const n of numbers(shard, WHISTLES_A_SHARD, FIRST_WHISTLE)) yield drawWhistleOrBeep(maker, n);
}

/** What a sensitive device reports of these sounds. */
async function reportsOf(network: Network, sounds: Iterable<Played>, signal: AbortSignal): Promise<Example[]> {
  const examples: Example[] = [];
  for (const played of sounds) {
    signal.throwIfAborted();
    examples.push(...(await candidatesOf(network, played, 'high')).map(exampleOfCandidate));
  }
  return examples;
}

/** Candidates of smoke alarms, and of sounds that resemble them. */
export const alarmShards: ReportedShards = (run, { alarms }, maker, network) =>
  reported(run, network, 'smoke alarms', alarms, run.recipe.alarmShards, (shard) => alarmsOf(maker, shard));

/**
 * What is reported as a smoke alarm before a standard's rhythm has repeated, of smoke alarms that have none and of what
 * whistles and beeps. Only units of their own learn from it; all of it would not fit into the memory.
 */
export const longToneShards: ReportedShards = (run, { longTones }, maker, network) =>
  reported(
    run,
    network,
    'alarms without a rhythm',
    longTones,
    run.recipe.longToneShards,
    (shard) => longTonesOf(maker, shard),
    (shard) => candidatesWithoutRhythm([shard], 'smoke_alarm'),
  );

type ReportedShards = (
  run: VerifierRun,
  folders: MaterialFolders,
  maker: SceneMaker,
  network: Network,
) => Promise<ExampleShard[]>;

/** Shards of what a sensitive device reports of these sounds. */
const reported = (
  { signal, onProgress }: VerifierRun,
  network: Network,
  stage: string,
  folder: string,
  total: number,
  soundsOf: (shard: number) => Iterable<Played>,
  keep?: (shard: ExampleShard) => ExampleShard[],
): Promise<ExampleShard[]> =>
  filled(
    folder,
    total,
    signal,
    (done) => onProgress(stage, done, total),
    (shard) => reportsOf(network, soundsOf(shard), signal),
    keep,
  );

/** Candidates of whole days in homes without any alarm, i.e. the false candidates that could wake people. */
export async function homeShards(
  { recipe, signal, onProgress }: VerifierRun,
  { homes }: MaterialFolders,
  maker: SceneMaker,
  network: Network,
): Promise<ExampleShard[]> {
  const total = recipe.homeDays;
  return filled(
    homes,
    total,
    signal,
    (done) => onProgress('homes', done, total),
    async (shard) => {
      const day: CandidateClip[] = [];
      for await (const candidate of dayCandidates(maker, network, `fit-${shard}`, { signal }, 'high'))
        day.push(candidate);
      return fewOfEach(day, MOST_OF_A_DAY).map(exampleOfCandidate);
    },
  );
}

async function filled(
  folder: string,
  count: number,
  signal: AbortSignal,
  onDone: (done: number) => void,
  make: (shard: number) => Promise<Example[]>,
  keep: (shard: ExampleShard) => ExampleShard[] = (shard) => [shard],
): Promise<ExampleShard[]> {
  await mkdir(folder, { recursive: true });
  const shards: ExampleShard[] = [];
  for (let shard = 0; shard < count; shard++) {
    signal.throwIfAborted();
    const path = join(folder, `${shard}.shard`);
    let read = await readExamples(path);
    if (read === null) {
      await writeExamples(path, await make(shard));
      read = await readExamples(path);
    }
    // A shard may be empty, because quiet sounds may give no candidate.
    if (read && read.scenes > 0) shards.push(...keep(read));
    onDone(shard + 1);
  }
  return shards;
}
