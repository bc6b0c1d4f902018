import type { Incident } from '@earshot/shared/contracts/home.ts';
import { call } from '../core/api.ts';
import { DAYS_SHOWN, quietDays } from '../core/quiet-days.ts';
import { t } from '../words/words.ts';
import { tone } from './icon.tsx';
import { useLoaded } from './use-loaded.ts';

/**
 * The incidents of the last 99 days; null until they are loaded. One page of the API's answer is enough, because a home
 * has only a few incidents.
 */
export function useRecent(): Incident[] | null {
  const after = new Date(Date.now() - DAYS_SHOWN * 86_400_000).toISOString();
  const { value } = useLoaded((signal) =>
    call<{ items: Incident[] }>('GET', `/v1/incidents?limit=100&after=${encodeURIComponent(after)}`, undefined, signal),
  );
  return value?.items ?? null;
}

/** Shows the last 99 days as dots, today last. A coloured dot is a day with an alert. */
export function QuietDays({ incidents, since }: { incidents: Incident[]; since: string }) {
  const days = quietDays(incidents, Date.parse(since), Date.now());
  const quiet = days.filter((day) => day.label === null).length;
  const alerts = days.filter((day) => typeof day.label === 'string').length;
  return (
    <figure class="days">
      <div class="days-dots" role="img" aria-label={t().home.daysText(quiet, alerts)}>
        {days.map((day) => (
          <span
            key={day.startMs}
            class="day-dot"
            data-tone={day.label === undefined ? 'unknown' : day.label === null ? 'quiet' : tone(day.label)}
          />
        ))}
      </div>
      <figcaption>{t().home.days}</figcaption>
    </figure>
  );
}
