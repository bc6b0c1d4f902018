/**
 * Another detector, measured by the same rules. It gets each recording from its start and answers with a score per
 * second for each label that it knows. Scores of different detectors need no common scale, because each one is judged
 * at its own thresholds.
 */
export interface Peer {
  readonly name: string;
  /** A one-sentence description for the report. */
  readonly about: string;
  /** The labels that it gives scores for. */
  readonly labels: readonly string[];
  /** Highest score in each second: [label][second]. */
  score(samples: AsyncIterable<Float32Array>, signal?: AbortSignal): Promise<number[][]>;
  close(): Promise<void>;
}
