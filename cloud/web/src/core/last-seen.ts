/** Shared by app and service worker: the cache of what this phone saw last, for offline and for a fast first paint. */
export const LAST_SEEN = 'earshot-last-seen';

/** Answers that are worth keeping: the first screen, settings, single incidents. Never a clip: audio stays in the cloud. */
export function keepsLastSeen(path: string): boolean {
  return path === '/v1/home' || path === '/v1/settings' || /^\/v1\/incidents\/[\w-]+$/.test(path);
}

/** The service worker has no localStorage; the chosen language lies in the same cache under this name. */
export const LANGUAGE_KEY = '/-/language';
