import { ApiError, call } from '../core/api.ts';
import type { ClipLink } from '../core/contracts.ts';

/** The bytes of a clip: first a link that only this member may use for a few minutes, then the sound behind it. */
export const fetchClip = (incidentId: string, candidateId: string, signal?: AbortSignal): Promise<ArrayBuffer> =>
  fetchSound(clipPath(incidentId, candidateId), signal);

export const clipPath = (incidentId: string, candidateId: string): string =>
  `/v1/incidents/${incidentId}/clips/${candidateId}`;

/** `path`: where the API answers with the link. */
export async function fetchSound(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const link = await call<ClipLink>('GET', path, undefined, signal);
  // The link is its own key, and it may lead to another store: no cookie goes there.
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

/** Before something else is heard. */
export function pauseClips(): void {
  sounding?.pause();
}

/** One sound at a time in the whole app. */
export function takeTheFloor(audio: HTMLAudioElement): void {
  if (sounding && sounding !== audio) sounding.pause();
  sounding = audio;
}
