import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { app } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { ago } from '../words/format.ts';
import { sourceText } from '../words/source-text.ts';
import { t } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { LevelMeter, loudest } from './meter.tsx';

/** A device in a list, with its room, the state of its microphone and its current level. */
export function DeviceRow({ device }: { device: DeviceView }) {
  const isStale = useStore(app, (state) => state.live === false || state.remembered);
  const state = deviceState(device, isStale);
  return (
    <a class="row row-link device-row" href={`/devices/${device.id}`} data-state={state.tone}>
      <Icon name={state.tone === 'bad' ? 'alert' : 'mic'} />
      <span class="row-words">
        <span>{device.room || device.name}</span>
        <small>{state.words}</small>
      </span>
      {device.online && !isStale && <LevelMeter levelDbfs={loudest(device)} label={t().device.level} />}
      <Icon name="next" size={18} />
    </a>
  );
}

export interface DeviceState {
  tone: 'good' | 'bad' | 'unknown';
  words: string;
}

/**
 * One line with the device's most serious problem. While the app has no connection, it says that the state is not
 * known.
 */
export function deviceState(device: DeviceView, isStale: boolean): DeviceState {
  if (isStale) return { tone: 'unknown', words: t().device.unknown };
  if (!device.online) {
    return {
      tone: 'bad',
      words: device.lastHeartbeatAt
        ? `${t().device.offline}. ${t().device.lastSeen(ago(device.lastHeartbeatAt))}`
        : t().device.never,
    };
  }
  if (device.sources.length === 0) return { tone: 'bad', words: t().device.noMicrophone };
  const ill = device.sources.find((source) => source.state !== 'healthy');
  if (!ill && device.listeners.length > 0) return { tone: 'good', words: t().live.by(device.listeners) };
  if (!ill) return { tone: 'good', words: t().device.listening };
  return { tone: 'bad', words: sourceText(ill) };
}
