import type { HomeView } from '@earshot/shared/contracts/home.ts';
import { useEffect, useState } from 'preact/hooks';
import { dismiss, here, install, installWay, onInstallOffer, wasDismissed } from '../core/phone.ts';
import { allowPush, pushState, type PushState } from '../core/push.ts';
import { t } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { say } from './say.tsx';

/**
 * Shows at most one hint, and only on the home page while all is quiet: as long as no phone rings, a hint about that;
 * after that, a hint that the app can be installed.
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
  // This hint cannot be closed, because a home whose alarms ring nowhere must not look ready.
  if (home.reach !== 'confirmed' && !needsInstall) return <NoPhoneRings untested={home.reach === 'untested'} />;
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

function NoPhoneRings({ untested }: { untested: boolean }) {
  return (
    <div class="hint">
      <Icon name="bell" />
      <div class="hint-words">
        <h2>{untested ? t().ring.untestedTitle : t().ring.notYetTitle}</h2>
        <p>{untested ? t().ring.untested : t().ring.notYet}</p>
      </div>
      <div class="hint-actions">
        <a class="button button-strong" href={untested ? '/settings/channels' : '/start'}>
          {untested ? t().ring.testIt : t().ring.makeItRing}
        </a>
      </div>
    </div>
  );
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
      const { state } = await allowPush(vapidPublicKey);
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
