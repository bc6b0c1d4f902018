import { useEffect, useRef } from 'preact/hooks';
import { app } from '../core/home.ts';
import { isLoud } from '../core/incident.ts';
import { go, place } from '../core/router.ts';
import { useStore } from '../core/store.ts';
import { places, soundTitle } from '../words/format.ts';
import { t } from '../words/words.ts';
import { announce } from './say.tsx';

/**
 * A new alert while the app is open: said at once, and shown at once where the person looks at the quiet home.
 * In the middle of something else only the announcement comes; the tab bar shows the count.
 */
export function Watch() {
  // What this phone merely remembers may be over or deleted by now: the cloud's answer is a moment away.
  const open = useStore(app, (state) => (state.remembered ? null : (state.home?.open ?? null)));
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!open) return;
    const before = known.current;
    known.current = new Set(open.map((incident) => incident.id));
    const fresh = open.find((incident) => isLoud(incident) && !before?.has(incident.id));
    if (!fresh || (!before && place.get().path !== '/')) return;
    if (before) announce(`${t().alert.now(soundTitle(fresh.label))}. ${places(fresh)}.`, true);
    if (fresh.class === 'safety' && place.get().path === '/') go(`/incidents/${fresh.id}`);
  }, [open]);
  return null;
}
