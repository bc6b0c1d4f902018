import { Worker } from 'node:worker_threads';
import { asEarshotError, EarshotError } from '@earshot/shared/errors.ts';
import type { ScoredClip, VerifierModel } from './clip-scorer.ts';
import type { ClipToScore, ScoringResult, ThreadData, ThreadReady } from './scoring-messages.ts';

interface Waiting {
  clip: ClipToScore;
  resolve: (scored: ScoredClip) => void;
  reject: (error: Error) => void;
  /**
   * Whether the clip must be scored alone. Set when a thread ended while it scored this clip together with others, because this clip may be
   * the cause.
   */
  alone: boolean;
}

interface Thread {
  worker: Worker;
  /** The batch that the thread is scoring; null while the thread is free. */
  batch: Waiting[] | null;
  startedAtMs: number;
  watchdog: NodeJS.Timeout | null;
}

/** Larger batches are not faster on a CPU, and make the first clip wait for the last. */
const BATCH = 8;
/** A thread that does not answer for this long counts as hanging. A batch takes well under 2 s. */
const HANGS_AFTER_MS = 60_000;
/**
 * How often a thread is started before the verifier gives up. The cause of a failed start may be permanent (a damaged file) or temporary
 * (no memory).
 */
const MOST_STARTS = 3;

export interface ClipVerifierOptions {
  model: VerifierModel;
  /** The verifier's ONNX file. */
  bytes: Uint8Array;
  threads: number;
  /** How long each batch took, in seconds. */
  onBatch?: (seconds: number, clips: number) => void;
  /** Called when no scoring thread runs and none can be started, so that no clip can be scored any more. */
  onBroken?: (error: EarshotError) => void;
}

/**
 * Scores clips in worker threads, because running a network would block the event loop that serves phones. Pending clips are scored
 * together, up to a batch. When a thread ends or hangs, it is replaced, and each clip of its batch is scored again alone. Only a clip
 * that makes a thread end while it is scored alone fails.
 *
 *   const verifier = new ClipVerifier({ model: manifest.verifier, bytes, threads: 2 });
 *   await verifier.start();
 *   const { scores, embedding } = await verifier.score({ audio: wav, evidence: candidate, eventStartS: candidate.clip.eventStartS });
 *   await verifier.stop();
 */
export class ClipVerifier {
  readonly threads: number;
  /** Whether the network returns embeddings in addition to scores. Known after the start. */
  givesEmbeddings = false;
  private readonly options: ClipVerifierOptions;
  private running: Thread[] = [];
  private waiting: Waiting[] = [];
  private stopped = false;
  private broken: EarshotError | null = null;

  constructor(options: ClipVerifierOptions) {
    this.options = options;
    this.threads = options.threads;
  }

  /** Throws RELEASE_BROKEN when the network cannot be loaded. */
  async start(): Promise<void> {
    this.running = await Promise.all(Array.from({ length: this.threads }, () => this.startThread()));
  }

  /**
   * Scores a clip. Rejects with an AUDIO_ code when the clip can never be scored, and with INTERNAL when the thread failed.
   */
  score(clip: ClipToScore): Promise<ScoredClip> {
    return new Promise((resolve, reject) => {
      if (this.stopped) return reject(new EarshotError('INTERNAL', 'The verifier has stopped.'));
      if (this.broken) return reject(this.broken);
      this.waiting.push({ clip, resolve, reject, alone: false });
      // Clips that arrive in the same turn of the event loop share a batch.
      setImmediate(() => this.handOut());
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const threads = this.running;
    this.running = [];
    for (const { reject } of this.waiting.splice(0)) reject(new EarshotError('INTERNAL', 'The verifier has stopped.'));
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  private handOut(): void {
    for (const thread of this.running) {
      if (this.waiting.length === 0) return;
      if (thread.batch !== null) continue;
      thread.batch = this.nextBatch();
      thread.startedAtMs = performance.now();
      thread.watchdog = setTimeout(() => void thread.worker.terminate(), HANGS_AFTER_MS);
      thread.worker.postMessage(thread.batch.map(({ clip }) => clip));
    }
  }

  /**
   * The next clips in the order of their arrival, up to a full batch. A clip that must be scored alone forms its own batch.
   */
  private nextBatch(): Waiting[] {
    const firstAlone = this.waiting.findIndex(({ alone }) => alone);
    if (firstAlone === 0) return this.waiting.splice(0, 1);
    return this.waiting.splice(0, firstAlone < 0 ? BATCH : Math.min(BATCH, firstAlone));
  }

  private startThread(): Promise<Thread> {
    const { model, bytes } = this.options;
    const { frontEnd, clipS, labels } = model;
    const workerData: ThreadData = { model: { frontEnd, clipS, labels }, bytes };
    const worker = new Worker(new URL('./scoring-thread.ts', import.meta.url), { workerData });
    const thread: Thread = { worker, batch: null, startedAtMs: 0, watchdog: null };
    return new Promise((resolve, reject) => {
      worker.on('message', (message: ThreadReady | ScoringResult[]) => {
        if ('ready' in message) {
          this.givesEmbeddings = message.givesEmbeddings;
          return resolve(thread);
        }
        this.options.onBatch?.((performance.now() - thread.startedAtMs) / 1000, message.length);
        this.settle(thread, message);
      });
      worker.on('error', (cause: Error) => {
        reject(new EarshotError('RELEASE_BROKEN', `The verifier cannot run: ${cause.message}`, { cause }));
      });
      worker.on('exit', () => {
        reject(new EarshotError('RELEASE_BROKEN', 'The scoring thread ended before it was ready.'));
        this.replace(thread);
      });
    });
  }

  private settle(thread: Thread, results: ScoringResult[]): void {
    const batch = thread.batch ?? [];
    if (thread.watchdog) clearTimeout(thread.watchdog);
    thread.batch = null;
    batch.forEach(({ resolve, reject }, at) => {
      const result = results[at];
      if (result && 'scores' in result) resolve(result);
      else reject(new EarshotError(result?.code ?? 'INTERNAL', result?.detail ?? 'no score was returned'));
    });
    this.handOut();
  }

  private replace(thread: Thread): void {
    if (thread.watchdog) clearTimeout(thread.watchdog);
    const batch = thread.batch ?? [];
    thread.batch = null;
    const at = this.running.indexOf(thread);
    const goesOn = at >= 0 && !this.stopped;
    if (goesOn && batch.length > 1) this.waiting.unshift(...batch.map((waiting) => ({ ...waiting, alone: true })));
    else for (const { reject } of batch) reject(new EarshotError('INTERNAL', 'The scoring thread ended.'));
    if (!goesOn) return;
    this.running.splice(at, 1);
    void this.startAnother();
    this.handOut();
  }

  /** Starts a new thread. When that fails, rejects pending and later clips, so that they do not wait for ever. */
  private async startAnother(): Promise<void> {
    for (let tries = 1; !this.stopped; tries++) {
      try {
        this.running.push(await this.startThread());
        this.handOut();
        return;
      } catch (error) {
        if (tries < MOST_STARTS) continue;
        if (this.running.length === 0)
          this.breakDown(asEarshotError(error, 'RELEASE_BROKEN', 'No scoring thread can be started'));
        return;
      }
    }
  }

  private breakDown(error: EarshotError): void {
    this.broken = error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
    this.options.onBroken?.(error);
  }
}
