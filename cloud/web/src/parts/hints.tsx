import type { HomeView } from '@earshot/shared/contracts/home.ts';
import { useEffect, useState } from 'preact/hooks';
import { dismiss, here, install, installWay, onInstallOffer, wasDismissed } from '../core/phone.ts';
import { pushState, subscribePush, type PushState } from '../core/push.ts';
import { t } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { say } from './say.tsx';

/**
 * At most one hint, and only on the quiet home after pairing: first that this phone can ring, then that it can be installed.
 * Nothing is asked of the browser before a tap on "allow".
 */
export function Hints({ home }: { home: HomeView }) {
  const [push, setPush] = useState<PushState | null>(null);
  const [way, setWay] = useState(installWay);
  const [hidden, setHidden] = useState(0);
  useEffect(() => {
    void pushState().then(setPush);
    return onInstallOffer(() => setWay(installWay()));
  }, []);

  const later = (hint: string) => {
    dismiss(hint);
    setHidden(hidden + 1);
  };
  if (push === null) return null;
  const needsInstall = push === 'unsupported' && way === 'ios';
  if (push !== 'on' && !needsInstall && !wasDismissed('push')) {
    return (
      <PushHint push={push} vapidPublicKey={home.vapidPublicKey} onChange={setPush} onLater={() => later('push')} />
    );
  }
  if (way && !wasDismissed('install')) {
    return (
      <div class="hint">
        <Icon name={way === 'ios' ? 'share' : 'download'} />
        <div class="hint-words">
          <h2>{t().install.title}</h2>
          <p>
            {t().install.reason} {way === 'ios' && t().install.ios}
          </p>
        </div>
        <div class="hint-actions">
          {way === 'button' && (
            <button type="button" class="button button-strong" onClick={() => void install().then(() => setWay(null))}>
              {t().install.button}
            </button>
          )}
          <button type="button" class="button" onClick={() => later('install')}>
            {t().common.notNow}
          </button>
        </div>
      </div>
    );
  }
  return null;
}

interface PushHintProps {
  push: PushState;
  vapidPublicKey: string;
  onChange: (push: PushState) => void;
  onLater?: () => void;
}

export function PushHint({ push, vapidPublicKey, onChange, onLater }: PushHintProps) {
  const allow = async () => {
    try {
      const state = await subscribePush(vapidPublicKey);
      onChange(state);
      if (state === 'on') say(t().push.done[here()]);
    } catch {
      say(t().push.failed, true);
    }
  };
  const text = push === 'denied' ? t().push.denied : push === 'unsupported' ? t().push.unsupported : t().push.reason;
  return (
    <div class="hint">
      <Icon name="bell" />
      <div class="hint-words">
        <h2>{t().push.title[here()]}</h2>
        <p>{text}</p>
      </div>
      <div class="hint-actions">
        {push === 'ask' && (
          <button type="button" class="button button-strong" onClick={() => void allow()}>
            {t().push.allow}
          </button>
        )}
        {onLater && (
          <button type="button" class="button" onClick={onLater}>
            {t().common.notNow}
          </button>
        )}
      </div>
    </div>
  );
}
