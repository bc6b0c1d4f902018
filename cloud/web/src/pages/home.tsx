import type { HomeView, Incident } from '@earshot/shared/contracts/home.ts';
import { app, patchSettings } from '../core/home.ts';
import { isLoud, isNotice } from '../core/incident.ts';
import { wasAlert } from '../core/quiet-days.ts';
import { watchfulness, type Watchfulness } from '../core/watchfulness.ts';
import { useStore } from '../core/store.ts';
import { DeviceRow } from '../parts/device-row.tsx';
import { Hints } from '../parts/hints.tsx';
import { Hunches } from '../parts/hunches.tsx';
import { Icon, soundIcon, tone } from '../parts/icon.tsx';
import { ModeChoice } from '../parts/mode-choice.tsx';
import { useArrival } from '../parts/page.tsx';
import { PausedSounds } from '../parts/not-now.tsx';
import { QuietDays, useRecent } from '../parts/quiet-days.tsx';
import { attempt, unreachableText } from '../parts/say.tsx';
import { nextChange } from '../core/schedule.ts';
import { VerdictTag } from '../parts/verdict.tsx';
import { ago, clock, day, dayOf, places, soundName, soundTitle } from '../words/format.ts';
import { t } from '../words/words.ts';

/** Shows first whether the home is quiet, then which devices listen and the mode. */
export function Home() {
  const home = useStore(app, (state) => state.home);
  const heading = useArrival(home?.name ?? t().appName);
  const isStale = useStore(app, (state) => state.live === false);
  if (!home) return <Away />;
  const current = home.open.filter((incident) => !isNotice(incident));
  const notices = home.open.filter(isNotice);
  return (
    <main id="content" class="home" data-quiet={current.length === 0} data-stale={isStale}>
      <div class="home-status">
        <p class="home-name">{home.name}</p>
        {current.length > 0 ? (
          <>
            <h1 ref={heading} tabIndex={-1} class="sr-only">
              {t().home.alerting(current.length)}
            </h1>
            {current.map((incident) => (
              <OpenIncident key={incident.id} incident={incident} />
            ))}
          </>
        ) : (
          <Quiet home={home} heading={heading} />
        )}
      </div>
      <div class="home-rest">
        <TestingNotice />
        <PausedSounds />
        {notices.map((incident) => (
          <Notice key={incident.id} incident={incident} />
        ))}
        {current.length === 0 && !isStale && <Hints home={home} />}
        {current.length === 0 && !isStale && <Hunches />}
        <section aria-labelledby="devices-title">
          <h2 id="devices-title">{t().home.devices}</h2>
          {home.devices.map((device) => (
            <DeviceRow key={device.id} device={device} />
          ))}
          {home.devices.length === 0 && (
            <a class="row row-link" href="/settings/pair?kind=device">
              <Icon name="box" />
              <span class="row-words">
                <span>{t().device.none}</span>
                <small>{t().device.noneHelp}</small>
              </span>
              <Icon name="next" size={18} />
            </a>
          )}
        </section>
      </div>
      <ModeBar home={home} />
    </main>
  );
}

/** Shown when the app is opened offline for the first time: there is no saved copy to show. */
function Away() {
  const heading = useArrival(t().appName);
  return (
    <main id="content" class="centre">
      <div class="empty">
        <h1 ref={heading} tabIndex={-1}>
          {t().problems.offline}
        </h1>
        <p>{unreachableText()}</p>
        <p>{t().problems.stillListens}</p>
        <button type="button" class="button" onClick={() => location.reload()}>
          {t().common.retry}
        </button>
      </div>
    </main>
  );
}

function Quiet({ home, heading }: { home: HomeView; heading: ReturnType<typeof useArrival> }) {
  const recent = useRecent();
  const live = useStore(app, (state) => state.live);
  const remembered = useStore(app, (state) => state.remembered);
  const asOf = useStore(app, (state) => state.asOf);
  const watch = watchfulness({ home, live, remembered, asOf, hasNetwork: navigator.onLine });
  const { word, text, href, isWarning } = statusWords(watch, recent?.find(wasAlert) ?? null, recent !== null);
  return (
    <>
      <h1 ref={heading} tabIndex={-1} class="home-word" data-watch={watch.kind}>
        {word}
      </h1>
      {href ? (
        <a class="home-since" href={href}>
          {text}
        </a>
      ) : (
        <p class="home-since" data-warning={isWarning}>
          {text}
        </p>
      )}
      {recent && watch.kind === 'listening' && <QuietDays incidents={recent} since={home.you.createdAt} />}
    </>
  );
}

interface StatusWords {
  word: string;
  text: string;
  /** The path of the alert that the sentence mentions. */
  href?: string;
  isWarning?: boolean;
}

/** The state of the home as one word and one sentence. The word is "quiet" only when the state is known for certain. */
function statusWords(watch: Watchfulness, last: Incident | null, isLoaded: boolean): StatusWords {
  const words = t().home;
  switch (watch.kind) {
    case 'checking':
      return { word: words.checking, text: words.checkingText };
    case 'unknown': {
      const since = watch.sinceMs === null ? words.unknownEver : words.unknownSince(when(watch.sinceMs));
      return { word: words.unknown, text: `${since} ${t().problems.stillListens}` };
    }
    case 'nobody':
      return { word: words.nobodyListens, text: words.nobodyWhy[watch.why](places({ devices: watch.devices })) };
    case 'listening': {
      if (watch.missing.length > 0) {
        const where = places({ devices: watch.missing });
        const text = words.someListen(watch.devices - watch.missing.length, watch.devices, where);
        return { word: words.quiet, text, isWarning: true };
      }
      if (last) {
        const text = last.feedback?.verdict === 'wrong' ? words.quietSinceFalse : words.quietSince;
        return { word: words.quiet, text: text(ago(last.startedAt)), href: `/incidents/${last.id}` };
      }
      return { word: words.quiet, text: isLoaded ? words.quietEver : ' ' };
    }
  }
}

/** A time of today without the day, any other time with the day, so that old information does not look new. */
function when(ms: number): string {
  const instant = new Date(ms).toISOString();
  return dayOf(ms) === dayOf(Date.now()) ? clock(instant) : `${day(instant)}, ${clock(instant)}`;
}

function OpenIncident({ incident }: { incident: Incident }) {
  const acknowledged = incident.acknowledged;
  return (
    <a
      class="open-incident"
      href={`/incidents/${incident.id}`}
      data-tone={tone(incident.label)}
      data-loud={isLoud(incident)}
    >
      <Icon name={soundIcon(incident.label)} size={56} />
      <span class="open-incident-what">{soundTitle(incident.label)}</span>
      <span class="open-incident-where">{places(incident)}</span>
      <span class="open-incident-when">
        {incident.test && `${t().alert.test} · `}
        {ago(incident.startedAt)}
        {acknowledged && ` · ${t().alert.acknowledgedBy(acknowledged.by, clock(acknowledged.at))}`}
      </span>
      <VerdictTag incident={incident} />
    </a>
  );
}

/** Quiet notices such as a low battery or a deaf microphone. */
function Notice({ incident }: { incident: Incident }) {
  return (
    <a class="notice notice-link" href={`/incidents/${incident.id}`} data-tone="upkeep">
      <Icon name={soundIcon(incident.label)} />
      <span class="row-words">
        <span>{soundName(incident.label)}</span>
        <small>{[places(incident), ago(incident.startedAt)].filter(Boolean).join(' · ')}</small>
      </span>
      <Icon name="next" size={18} />
    </a>
  );
}

function TestingNotice() {
  const until = useStore(app, (state) => state.settings?.testingUntil ?? null);
  if (until === null || Date.parse(until) < Date.now()) return null;
  return (
    <div class="notice">
      <Icon name="test" />
      <p>{t().home.testing(clock(until))}</p>
      <button type="button" class="button" onClick={() => void attempt(() => patchSettings({ testingUntil: null }))}>
        {t().home.testStop}
      </button>
    </div>
  );
}

function ModeBar({ home }: { home: HomeView }) {
  const settings = useStore(app, (state) => state.settings);
  const next = settings && nextChange(settings.schedule, settings.timeZone, Date.now());
  return (
    <section class="mode-bar" aria-label={t().home.mode}>
      <ModeChoice mode={home.mode} />
      <a class="mode-next" href="/settings/schedule">
        <Icon name="clock" size={16} />
        {next ? t().home.next(t().modes[next.mode], next.at) : t().home.schedule}
      </a>
    </section>
  );
}
