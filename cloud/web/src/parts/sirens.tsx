import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { orderSiren } from '../core/home.ts';
import { t } from '../words/words.ts';
import { ask } from './ask.tsx';
import { Icon } from './icon.tsx';
import { attempt, say } from './say.tsx';

/** Buttons that sound or stop the sirens of these devices. Renders nothing if no device has a siren. */
export function Sirens({ devices }: { devices: readonly DeviceView[] }) {
  const able = devices.filter(({ siren, online }) => siren !== 'none' && online);
  return (
    <>
      {able.map((device) => (
        <SirenButton key={device.id} device={device} />
      ))}
    </>
  );
}

function SirenButton({ device }: { device: DeviceView }) {
  const isSounding = device.siren === 'sounding';
  const where = device.room || device.name;
  const order = async () => {
    const { siren } = t();
    // Starting the siren asks for confirmation, because it wakes the house. Stopping it does not.
    const yes = isSounding || (await ask({ title: siren.ask(where), text: siren.meaning, action: siren.sound }));
    if (yes && (await attempt(() => orderSiren(device.id, !isSounding))))
      say(isSounding ? siren.stopping : siren.starting);
  };
  return (
    <button type="button" class="button" onClick={() => void order()}>
      <Icon name="alert" size={20} />
      {isSounding ? t().siren.stopIn(where) : t().siren.soundIn(where)}
    </button>
  );
}
