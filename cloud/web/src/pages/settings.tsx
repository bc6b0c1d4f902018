import { app, patchSettings } from '../core/home.ts';
import { here } from '../core/phone.ts';
import { useStore } from '../core/store.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { attempt, say } from '../parts/say.tsx';
import { clock } from '../words/format.ts';
import { t } from '../words/words.ts';

const TEST_MS = 30 * 60_000;

export default function Settings() {
  const home = useStore(app, (state) => state.home);
  const words = t().settings;
  return (
    <Page title={words.title}>
      <div class="rows">
        <Row to="/settings/sounds" icon="ear" name={words.sounds} hint={words.soundsHint} />
        <Row to="/settings/schedule" icon="clock" name={words.schedule} hint={words.scheduleHint} />
        <Row to="/settings/channels" icon="bell" name={words.channels} hint={words.channelsHint} />
        <Row to="/settings/people" icon="people" name={words.people} hint={words.peopleHint} />
        <Row to="/settings/calls" icon="phone" name={words.calls} hint={words.callsHint} />
      </div>
      <TestSwitch />
      <div class="rows">
        <Row to="/settings/devices" icon="mic" name={words.devices} hint={words.devicesHint} />
        <Row to="/settings/pair" icon="qr" name={words.pair} hint={words.pairHint} />
        <Row to="/settings/phone" icon="palette" name={words.appearance[here()]} hint={words.appearanceHint} />
        <Row to="/settings/privacy" icon="shield" name={words.privacy} hint={words.privacyHint} />
      </div>
      {home && (
        <p class="fine">
          {home.name} · {words.version(home.cloudVersion)}
        </p>
      )}
    </Page>
  );
}

function Row({ to, icon, name, hint }: { to: string; icon: IconName; name: string; hint: string }) {
  return (
    <a class="row row-link" href={to}>
      <Icon name={icon} />
      <span class="row-words">
        <span>{name}</span>
        <small>{hint}</small>
      </span>
      <Icon name="next" size={18} />
    </a>
  );
}

/** The monthly press of the alarm's button: for half an hour it wakes nobody. */
function TestSwitch() {
  const until = useStore(app, (state) => state.settings?.testingUntil ?? null);
  const testing = until !== null && Date.parse(until) > Date.now();
  const toggle = async () => {
    const next = testing ? null : new Date(Date.now() + TEST_MS).toISOString();
    if (await attempt(() => patchSettings({ testingUntil: next }))) {
      say(next ? t().testing.started(clock(next)) : t().testing.stopped);
    }
  };
  return (
    <div class="row">
      <Icon name="test" />
      <span class="row-words">
        <span>{t().settings.testing}</span>
        <small>{testing ? t().testing.started(clock(until)) : t().settings.testingHint}</small>
      </span>
      <button type="button" class="button" onClick={() => void toggle()}>
        {testing ? t().home.testStop : t().testing.start}
      </button>
    </div>
  );
}
