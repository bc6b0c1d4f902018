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
import { dayCandidates, fewOfEach } from './house-candidates.ts';
import type { MaterialFolders } from './material-folders.ts';
import { drawNearMiss, drawSession } from './sessions.ts';
import type { VerifierRun } from './run.ts';

const SCENES_A_SHARD = 100;
const SESSIONS_A_SHARD = 60;
const NEAR_MISSES_A_SHARD = 20;
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

export async function candidateShards(
  { recipe, signal, onProgress }: VerifierRun,
  { candidates }: MaterialFolders,
  maker: SceneMaker,
  network: Network,
): Promise<ExampleShard[]> {
  const total = recipe.candidateShards;
  return filled(
    candidates,
    total,
    signal,
    (done) => onProgress('candidates', done, total),
    async (shard) => {
      const examples: Example[] = [];
      const play = async (played: Played): Promise<void> => {
        signal.throwIfAborted();
        examples.push(...(await candidatesOf(network, played, 'high')).map(exampleOfCandidate));
      };
      for (let i = 0; i < SESSIONS_A_SHARD; i++) await play(drawSession(maker, shard * SESSIONS_A_SHARD + i));
      for (let i = 0; i < NEAR_MISSES_A_SHARD; i++) await play(drawNearMiss(maker, shard * NEAR_MISSES_A_SHARD + i));
      return examples;
    },
  );
}

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
    // A shard may be empty, because sixty quiet sessions may give no candidate.
    if (read && read.scenes > 0) shards.push(read);
    onDone(shard + 1);
  }
  return shards;
}
