import type { Incident } from '@earshot/shared/contracts/home.ts';
import { isSafety } from '@earshot/shared/labels.ts';
import { isNotNow } from '@earshot/shared/settings.ts';
import { app, patchSettings } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { momentOf, soundName } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Icon, soundIcon } from './icon.tsx';
import { attempt } from './say.tsx';

const HOURS = [1, 8, 24] as const;
const HOUR_MS = 3_600_000;

/**
 * A control on an alert that pauses alerts of this sound for some hours. Safety sounds and notices about a device
 * cannot be paused.
 */
export function NotNow({ incident }: { incident: Incident }) {
  const notNow = useStore(app, (state) => state.settings?.notNow);
  const { label } = incident;
  if (!notNow || isSafety(label) || incident.evidence.length === 0) return null;
  const until = notNow[label];
  const isPaused = isNotNow({ notNow }, label, Date.now());
  return (
    <section class="feedback" aria-labelledby="not-now-title">
      <h2 id="not-now-title">{t().notNow.title}</h2>
      {isPaused && until !== undefined ? (
        <>
          <p class="feedback-given" role="status">
            {t().notNow.until(soundName(label), momentOf(until))}
          </p>
          <button type="button" class="button" onClick={() => void set(label, null)}>
            {t().notNow.end}
          </button>
        </>
      ) : (
        <div class="feedback-answers">
          {HOURS.map((hours) => (
            <button key={hours} type="button" class="button" onClick={() => void set(label, hours)}>
              {t().notNow.hours(hours)}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}

/** The list on the home page of the sounds whose alerts are paused. A button ends each pause. */
export function PausedSounds() {
  const notNow = useStore(app, (state) => state.settings?.notNow);
  if (!notNow) return null;
  const paused = Object.entries(notNow).filter(([label]) => isNotNow({ notNow }, label, Date.now()));
  return (
    <>
      {paused.map(([label, until]) => (
        <div key={label} class="notice">
          <Icon name={soundIcon(label)} />
          <p>{t().notNow.until(soundName(label), momentOf(until))}</p>
          <button type="button" class="button" onClick={() => void set(label, null)}>
            {t().notNow.end}
          </button>
        </div>
      ))}
    </>
  );
}

function set(label: string, hours: number | null): Promise<boolean> {
  const { [label]: _, ...others } = app.get().settings?.notNow ?? {};
  const nowMs = Date.now();
  const notNow = Object.fromEntries(Object.entries(others).filter(([, until]) => Date.parse(until) > nowMs));
  if (hours !== null) notNow[label] = new Date(nowMs + hours * HOUR_MS).toISOString();
  return attempt(() => patchSettings({ notNow }));
}
