import { readWav } from '@earshot/shared/audio/wav-read.ts';
import { EarshotError } from '@earshot/shared/errors.ts';

/** Limits from the contract of candidates (shared/contracts/candidate.ts). */
const MOST_SECONDS = 60;
const LEAST_SECONDS = 0.1;

/**
 * Reads the samples of a clip in the format that devices send: 16 kHz mono, of a plausible length. A clip in any other format can never be
 * verified.
 */
export function readClip(bytes: Uint8Array): Float32Array {
  const { sampleRate, channels } = readWav(bytes);
  const [samples] = channels;
  if (sampleRate !== 16_000 || channels.length !== 1 || !samples)
    throw new EarshotError(
      'AUDIO_FORMAT',
      `A clip must be 16 kHz mono, not ${sampleRate} Hz with ${channels.length} channels.`,
    );
  const seconds = samples.length / sampleRate;
  if (seconds > MOST_SECONDS || seconds < LEAST_SECONDS)
    throw new EarshotError(
      'AUDIO_FORMAT',
      `A clip must have ${LEAST_SECONDS} to ${MOST_SECONDS} s, not ${seconds.toFixed(2)} s.`,
    );
  return samples;
}
