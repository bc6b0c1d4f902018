/** All that a listener hears is 16 kHz mono; a source turns whatever it has into that. */
export const SAMPLE_RATE = 16_000;

export interface AudioBlock {
  /** In -1..1. Valid until the next block is asked for: copy what you keep. */
  samples: Float32Array;
  /** Where the first sample stands on the source's time line, in samples at 16 kHz since the source started. */
  atSample: number;
  /** Samples known to be missing just before this block (the microphone was away). 0: it continues the last one. */
  gapBefore: number;
}

/**
 * Where sound comes from. The time line is a sample counter that never runs backwards; a gap moves it on by what was missed, so
 * that sounds before and after it are never glued together.
 */
export interface AudioSource {
  readonly name: string;
  /** Paced by the world (a microphone), not by how fast it is read. */
  readonly live: boolean;
  /** Why nothing comes just now (`unplugged`, `silent_child` …); null while sound comes. */
  readonly trouble: string | null;
  /** Ends when a file ends or the signal aborts; a live source never ends by itself. */
  start(signal: AbortSignal): AsyncIterable<AudioBlock>;
  /** Closes and opens again: what comes is not sound, and a fresh start often cures a driver. */
  restart(): void;
}
