import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { asEarshotError } from '@earshot/shared/errors.ts';
import type { WindowOrder } from './window-render-thread.ts';

/** Renders windows in threads while the network is trained on the windows that exist already. */
export class WindowRenderer {
  private readonly order: Omit<WindowOrder, 'first' | 'step'>;
  private readonly threads: number;
  private workers: Worker[] = [];
  private ended: Promise<unknown> = Promise.resolve();
  /**
   * Aborted with the reason when rendering has failed; otherwise the training would wait forever for the next shard.
   */
  readonly failed = new AbortController();

  constructor(order: Omit<WindowOrder, 'first' | 'step'>, threads: number) {
    this.order = order;
    this.threads = threads;
  }

  start(): void {
    this.workers = Array.from({ length: this.threads }, (_, first) => {
      const workerData: WindowOrder = { ...this.order, first, step: this.threads };
      const worker = new Worker(new URL('window-render-thread.ts', import.meta.url), { workerData });
      worker.on('error', (error) => this.failed.abort(asEarshotError(error, 'TRAINING', 'Windows cannot be rendered')));
      return worker;
    });
    this.ended = Promise.all(this.workers.map((worker) => once(worker, 'exit')));
    // The failure is reported through `failed`.
    this.ended.catch(() => undefined);
  }

  /** Resolves when every shard exists. */
  async finished(): Promise<void> {
    await this.ended.catch(() => undefined);
    this.failed.signal.throwIfAborted();
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
