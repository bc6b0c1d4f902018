import { createStore } from './store.ts';

/**
 * The app's router. It is not a package, because most of this file would still be needed beside a package. app.tsx
 * looks pages up by their path, so the app needs no route patterns. Neither preact-iso nor wouter-preact has navigation
 * that the service worker orders, or a `back` with a fallback when no page of the app comes before this one. preact-iso
 * cannot navigate outside of a component, and wouter-preact needs its own component for every link. This file has 0.5
 * kB (minified and gzipped), the router of preact-iso 2.12.2 has 1.7 kB, and wouter-preact 3.11.1 has 2.2 kB.
 */

/**
 * The current page, taken from the address bar. There is no other navigation state, so a notification can open any
 * page.
 */
export const place = createStore({ path: location.pathname, query: location.search });

function arrive() {
  place.set({ path: location.pathname, query: location.search });
}

/** How many pages of the app come before this one in the browser's history. */
let depth = 0;

export function go(to: string, replace = false): void {
  if (to === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  if (!replace) depth++;
  arrive();
  scrollTo(0, 0);
}

/**
 * Goes back to the previous page of the app. If there is none, e.g. after a tap on a notification, goes to `otherwise`.
 */
export function back(otherwise: string): void {
  if (depth > 0) history.back();
  else go(otherwise, true);
}

/** Opens a link inside the app. Only a plain click is handled, so that opening in a new tab and copying still work. */
function onClick(event: MouseEvent) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = (event.target as Element).closest('a');
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.pathname.startsWith('/v1/')) return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash);
}

export function startRouter(): void {
  addEventListener('popstate', () => {
    depth = Math.max(0, depth - 1);
    arrive();
  });
  document.addEventListener('click', onClick);
  navigator.serviceWorker?.addEventListener('message', (event: MessageEvent<{ go?: string }>) => {
    if (event.data.go) go(event.data.go);
  });
}
