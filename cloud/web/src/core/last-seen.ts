/**
 * Shared by app and service worker: the cache of this phone's last answers, for offline use and a fast first screen.
 */
export const LAST_SEEN = 'earshot-last-seen';

/** Answers that are cached: the first screen, settings, single incidents. Never a clip: audio stays in the cloud. */
export function keepsLastSeen(path: string): boolean {
  return path === '/v1/home' || path === '/v1/settings' || /^\/v1\/incidents\/[\w-]+$/.test(path);
}

/** The service worker has no localStorage, so the chosen language is in the same cache under this name. */
export const LANGUAGE_KEY = '/-/language';
