/**
 * The name of the cache with the API's last answers, for offline use and a fast first screen. The app and the service
 * worker share it.
 */
export const LAST_SEEN = 'earshot-last-seen';

/**
 * Whether the answer to this path is cached: the home, its settings and single incidents are. Clips never are, so that
 * no sound stays on the phone.
 */
export function keepsLastSeen(path: string): boolean {
  return path === '/v1/home' || path === '/v1/settings' || /^\/v1\/incidents\/[\w-]+$/.test(path);
}

/** The entry of this cache that holds the chosen language, because the service worker has no localStorage. */
export const LANGUAGE_KEY = '/-/language';
