/**
 * A long-lived part of a process: a server, a loop, a connection. Its constructor only stores its arguments. `signal`
 * concerns only the start: it aborts when the process must stop before the part has started, and then `start` gives up
 * soon. A part that has started runs until `stop` is called.
 */
export interface Part {
  /** Resolves when the part is ready; fails when it cannot be. */
  start(signal: AbortSignal): Promise<void>;
  /**
   * Resolves when the part has left nothing running or open. It is also called when the start failed or never happened.
   */
  stop(): Promise<void>;
}
