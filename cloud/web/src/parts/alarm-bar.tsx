import { app } from '../core/home.ts';
import { isLoud } from '../core/incident.ts';
import { useStore } from '../core/store.ts';
import { places, soundTitle } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Icon, soundIcon, tone } from './icon.tsx';

/**
 * A bar at the top with every alarm that nobody has acknowledged. The home page and the alarm's own page do not show
 * it.
 */
export function AlarmBar({ path }: { path: string }) {
  const open = useStore(app, (state) => state.home?.open ?? null);
  if (path === '/') return null;
  const loud = (open ?? []).filter((incident) => isLoud(incident) && path !== `/incidents/${incident.id}`);
  if (loud.length === 0) return null;
  return (
    <aside aria-label={t().home.alerting(loud.length)}>
      {loud.map((incident) => (
        <a key={incident.id} class="alarm-bar" href={`/incidents/${incident.id}`} data-tone={tone(incident.label)}>
          <Icon name={soundIcon(incident.label)} size={32} />
          <span class="alarm-bar-words">
            <strong>{soundTitle(incident.label)}</strong> <span>{places(incident)}</span>
          </span>
          <span class="alarm-bar-open">{t().home.open}</span>
        </a>
      ))}
    </aside>
  );
}
