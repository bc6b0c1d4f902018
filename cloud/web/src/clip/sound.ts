import { ApiError, call } from '../core/api.ts';
import type { ClipLink } from '../core/contracts.ts';

/** Loads a clip: first a link that only this member may use for a few minutes, then the sound itself. */
export const fetchClip = (incidentId: string, candidateId: string, signal?: AbortSignal): Promise<ArrayBuffer> =>
  fetchSound(clipPath(incidentId, candidateId), signal);

export const clipPath = (incidentId: string, candidateId: string): string =>
  `/v1/incidents/${incidentId}/clips/${candidateId}`;

/** `path`: where the API answers with the link. */
export async function fetchSound(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const link = await call<ClipLink>('GET', path, undefined, signal);
  // The link contains its own permission and may lead to another store, so no cookie is sent.
  const answer = await fetch(link.url, {
    credentials: 'same-origin',
    referrerPolicy: 'no-referrer',
    ...(signal ? { signal } : {}),
  });
  if (!answer.ok)
    throw new ApiError('LINK_EXPIRED', answer.status, 'The recording could not be fetched.', 'Try again.');
  return answer.arrayBuffer();
}

let sounding: HTMLAudioElement | null = null;

/** Called before another sound is played. */
export function pauseClips(): void {
  sounding?.pause();
}

/** Only one sound plays at a time in the whole app. */
export function takeTheFloor(audio: HTMLAudioElement): void {
  if (sounding && sounding !== audio) sounding.pause();
  sounding = audio;
}
