import { app } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { DeviceRow } from '../parts/device-row.tsx';
import { Empty, Page } from '../parts/page.tsx';
import { t } from '../words/words.ts';

export default function Devices() {
  const devices = useStore(app, (state) => state.home?.devices ?? []);
  return (
    <Page title={t().settings.devices} up="/settings">
      {devices.length === 0 && <Empty title={t().device.none} text={t().device.noneHelp} />}
      <div class="rows">
        {devices.map((device) => (
          <DeviceRow key={device.id} device={device} />
        ))}
      </div>
      <a class="button" href="/settings/pair?kind=device">
        {t().device.pair}
      </a>
    </Page>
  );
}
