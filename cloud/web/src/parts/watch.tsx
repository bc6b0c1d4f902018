import { useEffect, useRef } from 'preact/hooks';
import { app } from '../core/home.ts';
import { isLoud } from '../core/incident.ts';
import { go, place } from '../core/router.ts';
import { useStore } from '../core/store.ts';
import { places, soundTitle } from '../words/format.ts';
import { t } from '../words/words.ts';
import { announce } from './say.tsx';

/**
 * Announces an alarm that begins while the app is open, and opens its page. A person who already looks at another alarm
 * stays there; the bar at the top (AlarmBar) leads to the new one.
 */
export function Watch() {
  // A saved incident may have ended or been deleted since, so wait for the cloud's answer.
  const open = useStore(app, (state) => (state.remembered ? null : (state.home?.open ?? null)));
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!open) return;
    const before = known.current;
    known.current = new Set(open.map((incident) => incident.id));
    const fresh = open
      .filter((incident) => isLoud(incident) && !before?.has(incident.id))
      .sort((a, b) => Number(b.class === 'safety') - Number(a.class === 'safety'))[0];
    const { path } = place.get();
    // If the person just opened the app on another page than the home page, stay there; the bar at the top shows the
    // alarm.
    if (!fresh || (!before && path !== '/')) return;
    if (before) announce(`${t().alert.now(soundTitle(fresh.label))}. ${places(fresh)}.`, true);
    const seesAnother = open.some((other) => isLoud(other) && path === `/incidents/${other.id}`);
    // The home page shows an alarm as large as the alarm's own page does, so the app leaves the home page only for a
    // safety alarm.
    if (!seesAnother && (fresh.class === 'safety' || path !== '/')) go(`/incidents/${fresh.id}`);
  }, [open]);
  return null;
}
