import type { Incident } from '@earshot/shared/contracts/home.ts';
import { dialLink } from '@earshot/shared/phone-number.ts';
import { acknowledge, app } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { clock } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { announce, attempt } from './say.tsx';

/** The buttons at the bottom, within reach of the thumb: call for help, call the contact, and acknowledge. */
export function AlertActions({ incident }: { incident: Incident }) {
  const settings = useStore(app, (state) => state.settings);
  const over = incident.state === 'cleared' || incident.verdict === 'rejected';
  const calls = settings && incident.class !== 'upkeep' && !over;
  return (
    <div class="alert-actions">
      {calls && (
        <div class="alert-calls">
          {settings.emergencyNumber && (
            <a class="button button-call" href={dialLink(settings.emergencyNumber)}>
              <Icon name="phone" />
              {t().alert.callEmergency(settings.emergencyNumber)}
            </a>
          )}
          {settings.contact && (
            <a class="button" href={dialLink(settings.contact.phone)}>
              <Icon name="phone" />
              {t().alert.callContact(settings.contact.name)}
            </a>
          )}
        </div>
      )}
      <Acknowledgement incident={incident} />
    </div>
  );
}

function Acknowledgement({ incident }: { incident: Incident }) {
  const set = async (acknowledged: boolean) => {
    if (await attempt(() => acknowledge(incident.id, acknowledged))) {
      announce(acknowledged ? t().alert.acknowledgedToast : t().alert.unacknowledgedToast);
    }
  };
  const { acknowledged } = incident;
  if (acknowledged) {
    return (
      <p class="acknowledged">
        <Icon name="check" size={20} />
        <span>{t().alert.acknowledgedBy(acknowledged.by, clock(acknowledged.at))}</span>
        {incident.state === 'acknowledged' && (
          <button type="button" class="button" onClick={() => void set(false)}>
            {t().alert.undo}
          </button>
        )}
      </p>
    );
  }
  if (incident.state === 'cleared') return null;
  return (
    <button type="button" class="button button-acknowledge" onClick={() => void set(true)}>
      <span>{t().alert.acknowledge}</span>
      <small>{t().alert.acknowledgeMeaning}</small>
    </button>
  );
}
