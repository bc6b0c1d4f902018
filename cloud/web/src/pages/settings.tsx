import { app } from '../core/home.ts';
import { here } from '../core/phone.ts';
import { useStore } from '../core/store.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { t } from '../words/words.ts';

export default function Settings() {
  const home = useStore(app, (state) => state.home);
  const words = t().settings;
  return (
    <Page title={words.title}>
      <div class="rows">
        <Row to="/settings/sounds" icon="ear" name={words.sounds} hint={words.soundsHint} />
        <Row to="/settings/teach" icon="bell" name={words.teach} hint={words.teachHint} />
        <Row to="/settings/ignored" icon="cross" name={words.ignored} hint={words.ignoredHint} />
        <Row to="/settings/schedule" icon="clock" name={words.schedule} hint={words.scheduleHint} />
        <Row to="/settings/channels" icon="bell" name={words.channels} hint={words.channelsHint} />
        <Row to="/settings/people" icon="people" name={words.people} hint={words.peopleHint} />
        <Row to="/settings/calls" icon="phone" name={words.calls} hint={words.callsHint} />
      </div>
      <div class="rows">
        <Row to="/settings/test" icon="test" name={words.testing} hint={words.testingHint} />
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
