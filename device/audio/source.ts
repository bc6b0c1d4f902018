import type { EarshotError } from '@earshot/shared/errors.ts';

/** The sample rate of the sound that every source delivers (16 kHz, mono), whatever the device records. */
export const SAMPLE_RATE = 16_000;

export interface AudioBlock {
  /** Samples from -1 to 1. They are valid until the next block is requested: copy what you keep. */
  samples: Float32Array;
  /** Position of the first sample on the source's time line, in samples at 16 kHz since the source started. */
  atSample: number;
  /** Samples known to be missing just before this block (the microphone was unplugged). 0: the block continues the last one. */
  gapBefore: number;
}

/**
 * A source of sound. Positions are counted in samples and never run backwards. A gap advances the position by the
 * missing samples, so that sounds before and after it are never joined.
 */
export interface AudioSource {
  readonly name: string;
  /** True for a microphone, which delivers sound at its own pace; false for a file, which can be read at any speed. */
  readonly live: boolean;
  /** Why no sound arrives now (`unplugged`, `silent_child` …); null while sound arrives. */
  readonly trouble: string | null;
  /** The last message of the program that records, without passwords; empty when there is none. */
  readonly complaint?: string;
  /** Set when a file has ended: the error why it ended too early, or null when it is complete. */
  readonly cutOff?: EarshotError | null;
  /** Ends when a file ends or the signal aborts; a live source never ends by itself. */
  start(signal: AbortSignal): AsyncIterable<AudioBlock>;
  /** Closes and reopens the device after bad sound, which often helps when a driver has failed. */
  restart(): void;
}
