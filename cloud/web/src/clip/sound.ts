import { ApiError, call } from '../core/api.ts';
import type { ClipLink } from '../core/contracts.ts';

/**
 * Loads a clip: first asks the API for a link, which works for this member for a few minutes, then loads the sound from
 * that link.
 */
export const fetchClip = (incidentId: string, candidateId: string, signal?: AbortSignal): Promise<ArrayBuffer> =>
  fetchSound(clipPath(incidentId, candidateId), signal);

export const clipPath = (incidentId: string, candidateId: string): string =>
  `/v1/incidents/${incidentId}/clips/${candidateId}`;

/** Loads a sound. `path` is the API path that answers with a link to the sound. */
export async function fetchSound(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const link = await call<ClipLink>('GET', path, undefined, signal);
  // The link is signed and may lead to another server, so do not send the cookie.
  const answer = await fetch(link.url, {
    credentials: 'same-origin',
    referrerPolicy: 'no-referrer',
    ...(signal ? { signal } : {}),
  });
  if (!answer.ok) throw new ApiError('LINK_EXPIRED', answer.status, 'The recording could not be loaded.', 'Try again.');
  return answer.arrayBuffer();
}

let sounding: HTMLAudioElement | null = null;

/** Pauses the clip that is playing. Called before another sound is played. */
export function pauseClips(): void {
  sounding?.pause();
}

/** Makes this the only sound that plays in the app, by pausing any other. */
export function takeTheFloor(audio: HTMLAudioElement): void {
  if (sounding && sounding !== audio) sounding.pause();
  sounding = audio;
}
