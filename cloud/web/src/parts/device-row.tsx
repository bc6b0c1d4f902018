import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { ago } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { LevelMeter, loudest } from './meter.tsx';

/** A device in a list: where it is, whether it hears, how loud it is there now. */
export function DeviceRow({ device }: { device: DeviceView }) {
  const state = deviceState(device);
  return (
    <a class="row row-link device-row" href={`/devices/${device.id}`} data-state={state.tone}>
      <Icon name={state.tone === 'good' ? 'mic' : 'alert'} />
      <span class="row-words">
        <span>{device.room || device.name}</span>
        <small>{state.words}</small>
      </span>
      {device.online && <LevelMeter levelDbfs={loudest(device)} label={t().device.level} />}
      <Icon name="next" size={18} />
    </a>
  );
}

/** In one line what is the matter, the gravest first. */
export function deviceState(device: DeviceView): { tone: 'good' | 'bad'; words: string } {
  if (!device.online) {
    return {
      tone: 'bad',
      words: device.lastHeartbeatAt
        ? `${t().device.offline}. ${t().device.lastSeen(ago(device.lastHeartbeatAt))}`
        : t().device.never,
    };
  }
  const ill = device.sources.find((source) => source.state !== 'healthy');
  if (!ill) return { tone: 'good', words: t().device.listening };
  const reason = ill.reason === null ? '' : `: ${t().device.reasons[ill.reason] ?? ill.reason}`;
  return { tone: 'bad', words: `${t().device.mic[ill.state] ?? ill.state}${reason}` };
}
