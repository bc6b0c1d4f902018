import type { ChannelView } from '@earshot/shared/contracts/home.ts';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../core/api.ts';
import { ringChannel, sayRang } from '../core/channels.ts';
import { app, refresh } from '../core/home.ts';
import { pushState, type PushState } from '../core/push.ts';
import { useStore } from '../core/store.ts';
import { Failed } from '../parts/failed.tsx';
import { PushHint } from '../parts/hints.tsx';
import { Icon } from '../parts/icon.tsx';
import { NewChannel } from '../parts/new-channel.tsx';
import { Page } from '../parts/page.tsx';
import { QuietHours } from '../parts/quiet-hours.tsx';
import { attempt, say } from '../parts/say.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { t } from '../words/words.ts';

export default function Channels() {
  const home = useStore(app, (state) => state.home);
  const { value, failure, reload } = useLoaded((signal) =>
    call<{ items: ChannelView[] }>('GET', '/v1/channels', undefined, signal),
  );
  const [push, setPush] = useState<PushState | null>(null);
  useEffect(() => void pushState().then(setPush), []);
  const channels = [...(value?.items ?? [])].sort((a, b) => a.order - b.order);
  // Only channels that reach people have an order. Automations (MQTT, webhooks) get every event.
  const people = channels.filter(({ kind }) => kind !== 'mqtt' && kind !== 'webhook');
  const noChannel = value !== null && people.length === 0;
  return (
    <Page title={t().channels.title} up="/settings">
      <p class="lead">{noChannel ? t().channels.none : `${t().channels.intro} ${t().channels.automation}`}</p>
      {failure !== null && <Failed text={failure} retry={reload} />}
      {home && push !== null && push !== 'on' && push !== 'unsupported' && (
        <PushHint
          push={push}
          vapidPublicKey={home.vapidPublicKey}
          onChange={(state) => {
            setPush(state);
            reload();
          }}
        />
      )}
      <ol class="rows">
        {channels.map((channel) => (
          <Channel
            key={channel.id}
            channel={channel}
            before={people[people.indexOf(channel) - 1] ?? null}
            onChange={reload}
          />
        ))}
      </ol>
      <a class="button" href="/start">
        {t().ring.anotherPhone}
      </a>
      <NewChannel email={home?.email ?? false} onAdded={reload} />
      <QuietHours />
    </Page>
  );
}

interface ChannelProps {
  channel: ChannelView;
  /** The channel that is tried before this one; null for the first channel and for automations. */
  before: ChannelView | null;
  onChange: () => void;
}

function Channel({ channel, before, onChange }: ChannelProps) {
  const { id, kind, state, describes, confirmedAt, lastError } = channel;
  const [asks, setAsks] = useState(false);
  const reaches = kind !== 'mqtt' && kind !== 'webhook';
  const test = async () => {
    await attempt(async () => {
      const failure = await ringChannel(id);
      if (failure === null) say(t().channels.testSent);
      else say(failure, true);
      setAsks(reaches && failure === null);
    });
    onChange();
  };
  const answer = async (rang: boolean) => {
    setAsks(false);
    if (await attempt(() => sayRang(id, rang).then(refresh))) onChange();
  };
  const remove = async () => {
    if (await attempt(() => call('DELETE', `/v1/channels/${id}`).then(refresh))) onChange();
  };
  const moveUp = async () => {
    if (!before) return;
    const swap = () =>
      Promise.all([
        call('PATCH', `/v1/channels/${id}`, { order: before.order }),
        call('PATCH', `/v1/channels/${before.id}`, { order: channel.order }),
      ]);
    if (await attempt(swap)) onChange();
  };
  const how =
    state !== 'ok'
      ? t().channels.state[state]
      : !reaches || confirmedAt
        ? t().channels.state.ok
        : t().channels.untested;
  return (
    <li class="row row-tall" data-state={state === 'ok' ? 'good' : 'bad'}>
      <Icon name={state === 'ok' ? 'bell' : 'alert'} />
      <span class="row-words">
        <span>{describes}</span>
        <small>
          {t().channels.kinds[kind]}, {how}
          {lastError !== null && `: ${lastError}`}
        </small>
      </span>
      {asks ? (
        <span class="row-ask" role="status">
          <span>{t().ring.didItRing}</span>
          <button type="button" class="button button-strong" onClick={() => void answer(true)}>
            {t().ring.yes}
          </button>
          <button type="button" class="button" onClick={() => void answer(false)}>
            {t().ring.no}
          </button>
        </span>
      ) : (
        <>
          <button type="button" class="button" aria-label={t().channels.testOf(describes)} onClick={() => void test()}>
            {t().channels.test}
          </button>
          {before && (
            <button
              type="button"
              class="icon-button"
              aria-label={t().channels.moveUp(describes)}
              onClick={() => void moveUp()}
            >
              <Icon name="up" size={20} />
            </button>
          )}
          <button
            type="button"
            class="icon-button"
            aria-label={t().channels.removeOf(describes)}
            onClick={() => void remove()}
          >
            <Icon name="trash" size={20} />
          </button>
        </>
      )}
    </li>
  );
}
