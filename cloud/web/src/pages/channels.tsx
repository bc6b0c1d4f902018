import type { ChannelView } from '@earshot/shared/contracts/home.ts';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../core/api.ts';
import { app } from '../core/home.ts';
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
  const noChannel = value !== null && channels.length === 0;
  return (
    <Page title={t().channels.title} up="/settings">
      <p class="lead">{noChannel ? t().channels.none : `${t().channels.intro} ${t().channels.automation}`}</p>
      {failure !== null && <Failed text={failure} retry={reload} />}
      {home && push !== null && push !== 'on' && (
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
          <Channel key={channel.id} channel={channel} onGone={reload} />
        ))}
      </ol>
      <NewChannel onAdded={reload} />
      <QuietHours />
    </Page>
  );
}

function Channel({ channel, onGone }: { channel: ChannelView; onGone: () => void }) {
  const test = async () => {
    await attempt(async () => {
      const { delivered, reason } = await call<{ delivered: boolean; reason: string | null }>(
        'POST',
        `/v1/channels/${channel.id}/test`,
      );
      say(delivered ? t().channels.testSent : t().channels.testFailed(channel.describes, reason ?? ''), !delivered);
    });
    onGone();
  };
  const remove = async () => {
    if (await attempt(() => call('DELETE', `/v1/channels/${channel.id}`))) onGone();
  };
  return (
    <li class="row row-tall" data-state={channel.state === 'ok' ? 'good' : 'bad'}>
      <Icon name={channel.state === 'ok' ? 'bell' : 'alert'} />
      <span class="row-words">
        <span>{channel.describes}</span>
        <small>
          {t().channels.kinds[channel.kind]}, {t().channels.state[channel.state]}
          {channel.lastError !== null && `: ${channel.lastError}`}
        </small>
      </span>
      <button
        type="button"
        class="button"
        aria-label={t().channels.testOf(channel.describes)}
        onClick={() => void test()}
      >
        {t().channels.test}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t().channels.removeOf(channel.describes)}
        onClick={() => void remove()}
      >
        <Icon name="trash" size={20} />
      </button>
    </li>
  );
}
