import { LAST_SEEN } from '../src/core/last-seen.ts';

export interface ShellFile {
  url: string;
  revision: string | null;
}

const PREFIX = 'earshot-shell-';

/**
 * The name of the cache of this build. Each build has its own cache, so that the files of two versions are never mixed.
 */
function cacheName(files: ShellFile[]): string {
  let hash = 0;
  for (const char of files.map((file) => file.url + (file.revision ?? '')).join())
    hash = (hash * 31 + char.charCodeAt(0)) | 0;
  return PREFIX + (hash >>> 0).toString(36);
}

export async function keepShell(files: ShellFile[]): Promise<void> {
  const cache = await caches.open(cacheName(files));
  await cache.addAll(files.map((file) => new Request(`/${file.url.replace(/^\//, '')}`, { cache: 'reload' })));
}

export async function tidyShells(files: ShellFile[]): Promise<void> {
  const current = cacheName(files);
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== current).map((name) => caches.delete(name)),
  );
}

/**
 * Answers a request for a file of the app from the cache on the phone, and for any page of the app with index.html.
 * Files that are not in the cache come from the network.
 */
export async function answerFromShell(request: Request, files: ShellFile[]): Promise<Response> {
  const cache = await caches.open(cacheName(files));
  const kept = await cache.match(request.mode === 'navigate' ? '/index.html' : request, { ignoreSearch: true });
  return kept ?? fetch(request);
}

/**
 * Fetches an answer from the network and saves it for offline use. The app shows a saved answer together with its age.
 */
export async function answerKeeping(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  const answer = await fetch(request);
  const cache = await caches.open(LAST_SEEN);
  if (answer.ok) await cache.put(path, answer.clone());
  // If the session ended (401) or the alert was deleted (404), delete the saved copy, too.
  else if (answer.status === 401) await caches.delete(LAST_SEEN);
  else if (answer.status === 404) await cache.delete(path);
  return answer;
}
