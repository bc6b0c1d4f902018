import { createStore } from './store.ts';

/** The address bar is the only state of navigation, so a notification can open any page. */
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
 * Goes back if there is a page of the app to go back to; otherwise (a page that a notification opened) to
 * `otherwise`.
 */
export function back(otherwise: string): void {
  if (depth > 0) history.back();
  else go(otherwise, true);
}

/** Links behave as usual (open in a tab, copy); only an unmodified click is handled by the app. */
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
