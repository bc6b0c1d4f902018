/**
 * A long-lived part of a process: a server, a loop, a connection. Its constructor only keeps its arguments.
 *
 * `signal` is for the start alone: it aborts when the process must stop before it has started, and `start` gives up
 * soon after. A part that has started runs until `stop`.
 */
export interface Part {
  /** Resolves when the part is ready; fails when it cannot be. */
  start(signal: AbortSignal): Promise<void>;
  /**
   * Resolves when nothing of the part is left running or open. It is also called when the start failed or never
   * happened.
   */
  stop(): Promise<void>;
}
