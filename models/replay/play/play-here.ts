import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { EarshotError, type ErrorCode } from '@earshot/shared/errors.ts';
import type { PlayedSession } from './played.ts';
import type { FromThread, ToThread } from './replay-thread.ts';
import type { Session } from './session.ts';
import { Stage, type StageOptions } from './stage-setup.ts';

export interface PoolJob {
  stage: StageOptions;
  /** Which sessions, by their place in the play list. */
  sessions: readonly { index: number; session: Session }[];
  workers: number;
  onPlayed: (played: PlayedSession) => Promise<void>;
  signal: AbortSignal;
}

/** A single player needs no thread: that saves half of the start and 40 MB. */
export async function playHere(job: PoolJob): Promise<void> {
  if (Math.min(job.workers, job.sessions.length) > 1) return playOnThreads(job);
  const stage = await Stage.open(job.stage);
  try {
    for (const { index, session } of job.sessions) {
      job.signal.throwIfAborted();
      await job.onPlayed(await stage.play(index, session, job.signal));
    }
  } finally {
    await stage.close();
  }
}

/**
 * Plays sessions on worker threads: each takes the next that nobody has. In which order they end depends on the machine, so
 * nothing may depend on it: results carry their place in the play list.
 */
async function playOnThreads({ stage, sessions, workers, onPlayed, signal }: PoolJob): Promise<void> {
  const waiting = [...sessions];
  const threads = Array.from(
    { length: Math.min(workers, sessions.length) },
    () => new Worker(new URL('replay-thread.ts', import.meta.url), { workerData: stage, env: { ...process.env } }),
  );
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  try {
    await Promise.all(
      threads.map(async (thread) => {
        try {
          for (let next = waiting.shift(); next && !stop.aborted; next = waiting.shift())
            await onPlayed(await playOn(thread, next, stop));
        } catch (error) {
          failed.abort(error);
          throw error;
        }
      }),
    );
    signal.throwIfAborted();
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

async function playOn(thread: Worker, job: ToThread, signal: AbortSignal): Promise<PlayedSession> {
  // Listening before sending: the answer of a short clip can be there at once. A thread that dies rejects through 'error'.
  const answered = once(thread, 'message', { signal }) as Promise<[FromThread]>;
  thread.postMessage(job);
  const [answer] = await answered;
  if ('played' in answer) return answer.played;
  throw new EarshotError(answer.failed.code as ErrorCode, answer.failed.detail);
}
