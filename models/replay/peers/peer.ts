/**
 * Another detector, measured by the same rules. It receives each recording from its start and returns one score per
 * second for each label that it knows. Scores of different detectors need no common scale, because each detector is
 * judged at its own thresholds.
 */
export interface Peer {
  readonly name: string;
  /** A description of the detector in one sentence, for the report. */
  readonly about: string;
  /** The labels for which the detector gives scores. */
  readonly labels: readonly string[];
  /** Returns the highest score in each second: [label][second]. */
  score(samples: AsyncIterable<Float32Array>, signal?: AbortSignal): Promise<number[][]>;
  close(): Promise<void>;
}
