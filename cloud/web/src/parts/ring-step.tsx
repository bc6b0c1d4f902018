import { useEffect, useState } from 'preact/hooks';
import { ringChannel, sayRang } from '../core/channels.ts';
import { refresh } from '../core/home.ts';
import { here } from '../core/phone.ts';
import { allowPush, pushState, type PushState } from '../core/push.ts';
import { t } from '../words/words.ts';
import { NtfyWay } from './ntfy-way.tsx';
import { attempt, say } from './say.tsx';

type Stage = 'choose' | 'asked' | 'rang' | 'silent';

/**
 * Makes a phone ring and asks the person whether it did, because only a person can know. It uses Web Push where the
 * browser supports it (HTTPS or localhost). Otherwise, and on a computer, it offers the ntfy app on a phone. The step
 * ends when a phone has rung or the person says "not yet".
 */
export function RingStep({ vapidPublicKey, onDone }: { vapidPublicKey: string; onDone: () => void }) {
  const [push, setPush] = useState<PushState | null>(null);
  const [way, setWay] = useState<'push' | 'ntfy' | null>(null);
  const [stage, setStage] = useState<Stage>('choose');
  const [channelId, setChannelId] = useState('');
  useEffect(() => {
    void pushState().then((state) => {
      setPush(state);
      // On a computer, offer the phone first: a computer is rarely beside the bed at night.
      setWay(state === 'unsupported' || state === 'denied' || here() === 'computer' ? 'ntfy' : 'push');
    });
  }, []);

  /** Sends the test message. If that fails, shows the error and stays at this stage. */
  const ring = async (id: string) => {
    setChannelId(id);
    const failure = await ringChannel(id);
    if (failure === null) setStage('asked');
    else say(failure, true);
  };
  const ringByPush = async () => {
    try {
      const { state, channel } = await allowPush(vapidPublicKey);
      setPush(state);
      if (channel) await attempt(() => ring(channel.id));
      else if (state === 'denied') setWay('ntfy');
    } catch {
      say(t().push.failed, true);
    }
  };
  const answer = async (rang: boolean) => {
    await attempt(() => sayRang(channelId, rang).then(refresh));
    setStage(rang ? 'rang' : 'silent');
  };

  if (way === null) return null;
  if (stage === 'asked')
    return <DidItRing onAnswer={(rang) => void answer(rang)} onAgain={() => void ring(channelId)} />;
  if (stage === 'rang') return <Rang onDone={onDone} />;
  return (
    <div class="ring">
      {stage === 'silent' && <DidNotRing way={way} />}
      {way === 'push' ? (
        <>
          <p class="lead">{t().ring.pushText[here()]}</p>
          <button type="button" class="button button-strong button-big" onClick={() => void ringByPush()}>
            {t().push.title[here()]}
          </button>
        </>
      ) : (
        <NtfyWay why={push === 'unsupported' ? t().ring.noPush : null} onReady={(id) => void attempt(() => ring(id))} />
      )}
      {push !== 'unsupported' && (
        <button type="button" class="button" onClick={() => setWay(way === 'push' ? 'ntfy' : 'push')}>
          {way === 'push' ? t().ring.useNtfy : t().ring.usePush[here()]}
        </button>
      )}
      <section class="ring-later" aria-labelledby="later-title">
        <h2 id="later-title">{t().ring.notYetTitle}</h2>
        <p class="fine">{t().ring.notYet}</p>
        <button type="button" class="button button-quiet" onClick={onDone}>
          {t().ring.later}
        </button>
      </section>
    </div>
  );
}

function DidItRing({ onAnswer, onAgain }: { onAnswer: (rang: boolean) => void; onAgain: () => void }) {
  return (
    <div class="ring" role="status">
      <h2 class="ring-question">{t().ring.didItRing}</h2>
      <p class="lead">{t().ring.sent}</p>
      <div class="start-buttons">
        <button type="button" class="button button-strong button-big" onClick={() => onAnswer(true)}>
          {t().ring.yes}
        </button>
        <button type="button" class="button button-big" onClick={() => onAnswer(false)}>
          {t().ring.no}
        </button>
      </div>
      <button type="button" class="button button-quiet" onClick={onAgain}>
        {t().ring.again}
      </button>
    </div>
  );
}

function Rang({ onDone }: { onDone: () => void }) {
  return (
    <div class="ring" role="status">
      <h2 class="ring-question">{t().ring.rangTitle}</h2>
      <p class="lead">{t().ring.rang}</p>
      <button type="button" class="button button-strong button-big" onClick={onDone}>
        {t().ring.finish}
      </button>
    </div>
  );
}

function DidNotRing({ way }: { way: 'push' | 'ntfy' }) {
  return (
    <div class="hint" role="alert">
      <div class="hint-words">
        <h2>{t().ring.silentTitle}</h2>
        <ul class="bullets">
          {t().ring.silentHelp[way].map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}
