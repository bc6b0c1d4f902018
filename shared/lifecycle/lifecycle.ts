import type { Part } from './part.ts';
import { NEVER_ABORTED } from './pause.ts';

/**
 * Starts parts one after the other and stops them in reverse. A part that has nothing to start or nothing to stop
 * leaves out that method.
 *
 *   const lifecycle = new Lifecycle([database, server, loop]);
 *   try {
 *     await lifecycle.start(signal);
 *     await untilAborted(signal);
 *   } finally {
 *     await lifecycle.stop();
 *   }
 */
export class Lifecycle implements Part {
  private readonly parts: readonly Partial<Part>[];
  private readonly stopping = new AbortController();
  private starting: Promise<void> = Promise.resolve();
  private stopped: Promise<void> | null = null;

  constructor(parts: readonly Partial<Part>[]) {
    this.parts = parts;
  }

  /**
   * Fails with the error of the first part that fails, or with the signal's reason when the signal aborts in the
   * meantime (`stop` aborts it too). After a failure the caller must call `stop`.
   */
  start(signal = NEVER_ABORTED): Promise<void> {
    this.starting = this.startAll(AbortSignal.any([signal, this.stopping.signal]));
    return this.starting;
  }

  /**
   * Stops every part in reverse order, even when one of them fails. Parts that never started are stopped too, because
   * they may hold something open. Afterwards throws the error of the part that failed, or an AggregateError of several
   * errors. A second call waits for the first.
   */
  stop(): Promise<void> {
    this.stopped ??= this.stopAll();
    return this.stopped;
  }

  private async startAll(signal: AbortSignal): Promise<void> {
    for (const part of this.parts) {
      signal.throwIfAborted();
      await part.start?.(signal);
    }
    signal.throwIfAborted();
  }

  private async stopAll(): Promise<void> {
    this.stopping.abort();
    // The failure is reported to the caller of `start`.
    await this.starting.catch(() => undefined);
    const errors: unknown[] = [];
    for (const part of this.parts.toReversed()) {
      try {
        await part.stop?.();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1)
      throw new AggregateError(errors, `${errors.length} parts failed to stop: ${reasons(errors)}`);
  }
}

const reasons = (errors: readonly unknown[]): string =>
  errors.map((error) => (error instanceof Error ? error.message : String(error))).join('; ');
