import { clearest, isDecisive } from '@earshot/shared/cadence/explain.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { useEffect, useState } from 'preact/hooks';
import { Clip } from '../clip/clip.tsx';
import { ApiError } from '../core/api.ts';
import { app, deleteIncidents, loadIncident } from '../core/home.ts';
import { bestFirst, isLoud, isRuledOut, soundsStill } from '../core/incident.ts';
import { go, place } from '../core/router.ts';
import { useStore } from '../core/store.ts';
import { AlertActions } from '../parts/alert-actions.tsx';
import { ask } from '../parts/ask.tsx';
import { CadenceStrip } from '../parts/cadence-strip.tsx';
import { Failed } from '../parts/failed.tsx';
import { Feedback } from '../parts/feedback.tsx';
import { Icon, soundIcon, tone } from '../parts/icon.tsx';
import { ListenLive } from '../parts/listen-live.tsx';
import { NotNow } from '../parts/not-now.tsx';
import { OperatorShare } from '../parts/operator-share.tsx';
import { BackButton, Empty, Page, useArrival } from '../parts/page.tsx';
import { Reasons } from '../parts/reasons.tsx';
import { attempt, failureText, say } from '../parts/say.tsx';
import { Sirens } from '../parts/sirens.tsx';
import { Sureness } from '../parts/sureness.tsx';
import { VerdictTag } from '../parts/verdict.tsx';
import {
  clock,
  heardWhen,
  homeAndDevices,
  modeText,
  notSentText,
  places,
  soundTitle,
  whyText,
} from '../words/format.ts';
import { t } from '../words/words.ts';

/**
 * The page of an alert: the sound, the room, the time, the certainty and the reason. The buttons are at the bottom,
 * where the thumb reaches them.
 */
export function Alert({ id }: { id: string }) {
  const incident = useStore(app, (state) => state.incidents[id]);
  const [failure, setFailure] = useState<unknown>(null);
  const load = (signal?: AbortSignal) =>
    loadIncident(id, signal).then(
      () => setFailure(null),
      (error: unknown) => {
        if (!signal?.aborted) setFailure(error);
      },
    );
  useEffect(() => {
    const stop = new AbortController();
    void load(stop.signal);
    return () => stop.abort();
  }, [id]);

  if (incident) return <AlertOf incident={incident} />;
  const gone = incident === null || (failure instanceof ApiError && failure.status === 404);
  if (!gone && failure === null) return <main id="content" class="centre" aria-busy="true" />;
  return (
    <Page title={gone ? t().alert.notFound : t().problems.offline} up="/">
      {gone ? (
        <Empty text={t().alert.notFoundHelp} />
      ) : (
        <Failed text={failureText(failure)} retry={() => void load()} />
      )}
    </Page>
  );
}

function AlertOf({ incident }: { incident: Incident }) {
  const title = soundTitle(incident.label);
  const heading = useArrival(title);
  const now = isLoud(incident);
  const home = useStore(app, (state) => state.home?.name);
  const devices = useStore(app, (state) => state.home?.devices);
  const isStale = useStore(app, (state) => state.live === false || state.remembered);
  const hearing = (devices ?? []).filter(({ id }) => incident.devices.some((device) => device.id === id));
  const query = useStore(place, (state) => state.query);
  const evidence = bestFirst(incident.evidence);
  const believed = evidence.filter(({ verdict }) => verdict !== 'rejected');
  const decisive = (believed.length > 0 ? believed : evidence).filter(({ why }) => isDecisive(why));
  const cadence = clearest(decisive.map(({ why }) => why.cadence));
  const advice =
    incident.state === 'cleared' || incident.verdict === 'rejected' ? undefined : t().advice[incident.label];

  const remove = async () => {
    const yes = await ask({ title: t().alert.deleteAsk, text: t().alert.deleteMeaning, action: t().common.delete });
    if (yes && (await attempt(() => deleteIncidents([incident.id])))) {
      say(t().alert.deleted);
      go('/', true);
    }
  };

  return (
    <main id="content" class="alert" data-tone={tone(incident.label)} data-now={now}>
      <header class="alert-field">
        <div class="alert-top">
          <BackButton up="/" />
          <Icon name={soundIcon(incident.label)} size={60} />
        </div>
        <div class="alert-head">
          <h1 ref={heading} tabIndex={-1} data-long={title.length > 12}>
            {title}
          </h1>
          <p class="alert-where">
            {places(incident)}
            {incident.devices.length > 1 && <small> {t().alert.heardBy(incident.devices.length)}</small>}
          </p>
          <p class="alert-when">
            <When incident={incident} isStale={isStale} />
          </p>
          <p class="alert-tags">
            <VerdictTag incident={incident} />
            {incident.test && <span class="verdict">{t().alert.test}</span>}
            {home && (
              <span class="alert-home">
                {[homeAndDevices(home, incident), modeText(incident)].filter((text) => text !== null).join(' · ')}
              </span>
            )}
          </p>
        </div>
        {cadence && <CadenceStrip cadence={cadence} />}
      </header>

      <div class="alert-body">
        {advice && <p class="alert-advice">{advice}</p>}
        {incident.late && <p class="alert-note">{t().alert.late}</p>}
        {incident.ignored && (
          <p class="alert-note">
            {t().ignored.alertNote} <a href="/settings/ignored">{t().ignored.title}</a>
          </p>
        )}
        {isRuledOut(incident) && incident.notified === 0 && <p class="alert-note">{t().alert.nobodyAlerted}</p>}
        {incident.notSent && <p class="alert-note">{notSentText(incident.notSent)}</p>}
        {incident.test && <p class="alert-note">{t().alert.testMeaning}</p>}
        {evidence.length === 0 && <p class="alert-why">{t().notices[incident.label] ?? incident.summary}</p>}
        {evidence.map((each, at) => (
          <section
            key={each.candidateId}
            class="alert-evidence"
            aria-label={`${t().alert.why}: ${each.room || each.deviceName}`}
          >
            {at > 0 && (
              <h2>
                {each.room || each.deviceName} <small>{clock(each.startedAt)}</small>
              </h2>
            )}
            <p class="alert-why">{whyText(each)}</p>
            <Clip incidentId={incident.id} evidence={each} autoPlay={at === 0 && query.includes('listen')} />
            <OperatorShare incidentId={incident.id} evidence={each} />
            {at === 0 && incident.state !== 'cleared' && !isStale && <ListenLive devices={hearing} />}
            <Sureness evidence={each} />
            <Reasons evidence={each} />
          </section>
        ))}
        {incident.state !== 'cleared' && !isStale && <Sirens devices={hearing} />}
        <Feedback incident={incident} />
        <NotNow incident={incident} />
        <button type="button" class="button button-quiet" onClick={() => void remove()}>
          <Icon name="trash" size={20} />
          {t().alert.delete}
        </button>
      </div>
      <AlertActions incident={incident} />
    </main>
  );
}

/** How often an alert's page checks whether its sound has ended. */
const LOOK_AGAIN_MS = 5_000;

function When({ incident, isStale }: { incident: Incident; isStale: boolean }) {
  const [, setTicks] = useState(0);
  const isSounding = soundsStill(incident, Date.now());
  useEffect(() => {
    // No message arrives when a sound ends, so look again.
    if (!isSounding) return;
    const timer = setInterval(() => setTicks((ticks) => ticks + 1), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isSounding]);
  if (isStale && !incident.clearedAt)
    return <>{`${heardWhen(incident, true)} · ${t().alert.lastHeard(clock(incident.lastHeardAt))}`}</>;
  return (
    <>
      {heardWhen(incident, isSounding)}
      {isSounding && (
        <>
          {' · '}
          <span class="sounding">{t().alert.stillSounding}</span>
        </>
      )}
    </>
  );
}
