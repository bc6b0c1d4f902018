/** How much of the clip before the event the verifier gets: enough background to distinguish the event from it. */
const LEAD_S = 1;

export interface ClipTimes {
  /** Where the event lies in the clip, as the device measured it. */
  eventStartS: number;
}

/**
 * All clips for the verifier have one length. A longer clip is cut so that it starts a second before the event, or
 * earlier where too little would follow; a shorter one is padded with silence at its end. Cloud and training both use
 * this function, so they cannot differ.
 */
export function clipForVerifier(
  samples: Float32Array,
  { eventStartS }: ClipTimes,
  clipS: number,
  sampleRate = 16_000,
): Float32Array {
  const wanted = Math.round(clipS * sampleRate);
  const latest = Math.max(0, samples.length - wanted);
  const start = Math.min(latest, Math.max(0, Math.round((eventStartS - LEAD_S) * sampleRate)));
  if (samples.length - start === wanted) return samples.subarray(start);
  const clip = new Float32Array(wanted);
  clip.set(samples.subarray(start, start + wanted));
  return clip;
}
