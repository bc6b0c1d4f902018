import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { asEarshotError } from '@earshot/shared/errors.ts';
import type { RenderOrder } from './scene-render-thread.ts';

/**
 * Renders in another thread until all shards exist. A failure rejects `done`, and aborts `failed`, which ends the
 * training.
 */
export class ShardRenderer {
  private readonly order: RenderOrder;
  private worker: Worker | null = null;
  private ended: Promise<unknown> = Promise.resolve();
  /**
   * Aborted with the reason when rendering has failed; otherwise the training would wait forever for the next shard.
   */
  readonly failed = new AbortController();

  constructor(order: RenderOrder) {
    this.order = order;
  }

  start(): void {
    const worker = new Worker(new URL('scene-render-thread.ts', import.meta.url), { workerData: this.order });
    this.worker = worker;
    worker.on('error', (error) => this.failed.abort(asEarshotError(error, 'TRAINING', 'Scenes cannot be rendered')));
    this.ended = once(worker, 'exit');
  }

  async stop(): Promise<void> {
    await this.worker?.terminate();
    await this.ended;
  }
}
