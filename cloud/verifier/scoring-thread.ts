import { getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { asEarshotError, type ErrorCode } from '@earshot/shared/errors.ts';
import { readClip } from './clip-format.ts';
import { ClipScorer, type DecodedClip } from './clip-scorer.ts';
import type { ClipToScore, ScoringResult, ThreadData, ThreadReady } from './scoring-messages.ts';

// A worker thread of ClipVerifier. It reads WAV files, computes features and runs the network, one batch at a time.

/**
 * How much is added to this thread's "nice" value on Linux. On a busy CPU, each of the process's other threads then gets three times the
 * share of this thread.
 */
const NICER_BY = 5;
const NICEST = 19;
// Gives this thread the lowest priority. On a machine that also runs the API, a verdict may be late, because a safety sound is reported
// without it. Registering, notifying and listening must not be late. (On Linux each thread has its own priority. On other systems this call
// would change the priority of the whole process.)
if (process.platform === 'linux') setPriority(Math.min(NICEST, getPriority() + NICER_BY));

const { model, bytes } = workerData as ThreadData;
const scorer = await ClipScorer.load(bytes, model);
parentPort?.on('message', (batch: ClipToScore[]) => {
  void scoreBatch(batch).then((scored) => parentPort?.postMessage(scored));
});
parentPort?.postMessage({ ready: true, givesEmbeddings: scorer.givesEmbeddings } satisfies ThreadReady);

async function scoreBatch(batch: ClipToScore[]): Promise<ScoringResult[]> {
  const results: ScoringResult[] = [];
  const decoded: { at: number; clip: DecodedClip }[] = [];
  batch.forEach(({ audio, evidence, eventStartS }, at) => {
    try {
      decoded.push({
        at,
        clip: { samples: audio instanceof Float32Array ? audio : readClip(audio), evidence, eventStartS },
      });
    } catch (error) {
      results[at] = failureOf(error, 'AUDIO_UNREADABLE');
    }
  });
  const scored = await scoreTogether(decoded.map(({ clip }) => clip));
  decoded.forEach(({ at }, index) => (results[at] = scored[index] ?? failureOf(new Error('no score'), 'INTERNAL')));
  return results;
}

/** When the network fails on a batch, each clip is scored alone, so that one clip cannot make the others fail. */
async function scoreTogether(clips: DecodedClip[]): Promise<ScoringResult[]> {
  try {
    return await scorer.scoreAndEmbed(clips);
  } catch (error) {
    // The clip was readable, so the network or Earshot failed. The clip may be scored later.
    if (clips.length === 1) return [failureOf(error, 'INTERNAL')];
    return (await Promise.all(clips.map((clip) => scoreTogether([clip])))).flat();
  }
}

/** Errors lose their class when they are sent between threads, so send code and detail. */
function failureOf(error: unknown, otherwise: ErrorCode): ScoringResult {
  const { code, detail } = asEarshotError(error, otherwise, '');
  return { code, detail };
}
