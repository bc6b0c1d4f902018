import type { ChannelView } from '@earshot/shared/contracts/home.ts';
import { useState } from 'preact/hooks';
import { call } from '../core/api.ts';
import type { NtfyTopic } from '../core/contracts.ts';
import { here } from '../core/phone.ts';
import { t } from '../words/words.ts';
import { Failed } from './failed.tsx';
import { QrCode } from './qr-code.tsx';
import { useLoaded } from './use-loaded.ts';

/**
 * Three steps that make a phone ring without HTTPS: install the ntfy app, subscribe to a topic that is made for this
 * person, and test it.
 */
export function NtfyWay({ why, onReady }: { why: string | null; onReady: (channelId: string) => void }) {
  const {
    value: topic,
    failure,
    reload,
  } = useLoaded((signal) => call<NtfyTopic>('POST', '/v1/ntfy-topics', undefined, signal));
  const [busy, setBusy] = useState(false);
  const words = t().ring;
  const add = async (url: string) => {
    setBusy(true);
    try {
      onReady((await call<ChannelView>('POST', '/v1/channels', { kind: 'ntfy', url })).id);
    } finally {
      setBusy(false);
    }
  };
  if (failure !== null) return <Failed text={failure} retry={reload} />;
  if (!topic) return null;
  return (
    <>
      {why !== null && <p class="lead">{why}</p>}
      <ol class="ring-steps">
        <li>{words.ntfyInstall}</li>
        <li>
          {here() === 'phone' ? words.ntfyOpen : words.ntfyScan}
          {here() === 'phone' ? (
            <a class="button" href={topic.appLink}>
              {words.ntfyOpenButton}
            </a>
          ) : (
            <QrCode svg={topic.qrSvg} label={words.ntfyQr} />
          )}
          <small>
            {words.ntfyByHand(topic.server)} <code class="topic">{topic.topic}</code>
          </small>
        </li>
        <li>
          {words.ntfyTest}
          <button
            type="button"
            class="button button-strong button-big"
            disabled={busy}
            onClick={() => void add(topic.url)}
          >
            {words.ringNow}
          </button>
        </li>
      </ol>
      <p class="fine">{words.ntfyPrivacy(topic.server)}</p>
    </>
  );
}
