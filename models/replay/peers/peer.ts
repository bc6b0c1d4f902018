/**
 * Another detector, measured by the same rules. It hears each recording from its start and says, second by second, how sure it is of
 * each label that it knows; scores need no common scale, since each is judged at thresholds of its own.
 */
export interface Peer {
  readonly name: string;
  /** What it is, in a sentence for the report. */
  readonly about: string;
  /** The labels that it gives scores for. */
  readonly labels: readonly string[];
  /** Highest score in each second: [label][second]. */
  score(samples: AsyncIterable<Float32Array>, signal?: AbortSignal): Promise<number[][]>;
  close(): Promise<void>;
}
