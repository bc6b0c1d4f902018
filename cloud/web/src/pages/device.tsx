import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { call } from '../core/api.ts';
import { app, refresh } from '../core/home.ts';
import { go, place } from '../core/router.ts';
import { useStore } from '../core/store.ts';
import { ask } from '../parts/ask.tsx';
import { deviceState } from '../parts/device-row.tsx';
import { DropInLog } from '../parts/drop-in-log.tsx';
import { Icon, tone } from '../parts/icon.tsx';
import { LevelMeter, loudest } from '../parts/meter.tsx';
import { Empty, Page } from '../parts/page.tsx';
import { ListenLive } from '../parts/listen-live.tsx';
import { Sirens } from '../parts/sirens.tsx';
import { attempt, say, unreachableText } from '../parts/say.tsx';
import { TextForm } from '../parts/text-form.tsx';
import { ago, number, percent, soundName } from '../words/format.ts';
import { sourceText } from '../words/source-text.ts';
import { t } from '../words/words.ts';

/**
 * The page of one device: its current scores and level (which help to find a good place for it), its health and its
 * name.
 */
export default function Device() {
  const id = useStore(place, (state) => state.path).slice('/devices/'.length);
  const devices = useStore(app, (state) => state.home?.devices);
  const device = devices?.find((each) => each.id === id);
  if (!device) {
    // Without an answer from the server, the app knows nothing about the device.
    return (
      <Page title={devices ? t().device.gone : t().problems.offline} up="/settings/devices">
        <Empty text={devices ? t().problems.gone : unreachableText()} />
      </Page>
    );
  }
  return <DeviceOf device={device} />;
}

function DeviceOf({ device }: { device: DeviceView }) {
  const patch = async (change: { name?: string; room?: string }) => {
    if (await attempt(() => call('PATCH', `/v1/devices/${device.id}`, change).then(refresh))) say(t().common.saved);
  };
  const remove = async () => {
    const yes = await ask({
      title: t().device.removeAsk(device.name),
      text: t().device.removeMeaning,
      action: t().common.remove,
    });
    if (yes && (await attempt(() => call('DELETE', `/v1/devices/${device.id}`).then(refresh)))) {
      say(t().device.removed);
      go('/settings/devices', true);
    }
  };
  const isStale = useStore(app, (state) => state.live === false || state.remembered);
  const state = deviceState(device, isStale);
  return (
    <Page title={device.room || device.name} up="/settings/devices" class="device">
      <p class="device-state" data-state={state.tone}>
        <Icon name={state.tone === 'bad' ? 'alert' : 'mic'} />
        {state.words}
      </p>
      {!isStale && device.online && <Hears device={device} />}
      {!isStale && <ListenLive devices={[device]} />}
      {!isStale && <Sirens devices={[device]} />}
      <Health device={device} />
      <div class="form-pair">
        <TextForm
          key={`name-${device.name}`}
          label={t().common.name}
          value={device.name}
          onSave={(name) => patch({ name })}
        />
        <TextForm
          key={`room-${device.room}`}
          label={t().common.room}
          value={device.room}
          required={false}
          onSave={(room) => patch({ room })}
        />
      </div>
      <button type="button" class="button button-quiet" onClick={() => void remove()}>
        <Icon name="trash" size={20} />
        {t().device.remove}
      </button>
      <DropInLog deviceId={device.id} version={device.listeners.join()} />
    </Page>
  );
}

/**
 * The page shows a sound from this score on: the network then considers it more likely than not. Lower scores also
 * occur in silence.
 */
const HEARD_FROM = 0.5;

/** The current scores and level of a device. The device sends its scores only while a member has this page open. */
function Hears({ device }: { device: DeviceView }) {
  const heard = device.hears.filter(({ score }) => score >= HEARD_FROM).sort((a, b) => b.score - a.score);
  const level = loudest(device);
  return (
    <section class="hears" aria-labelledby="hears-title">
      <h2 id="hears-title">{t().device.hearsNow}</h2>
      <div class="hears-level">
        <span>{t().device.level}</span>
        <LevelMeter levelDbfs={level} label={t().device.level} />
        <span class="figure">{level === null ? t().device.silent : `${number(level)} dB`}</span>
      </div>
      {heard.length === 0 && <p class="fine">{t().device.hearsNothing}</p>}
      <dl>
        {heard.map(({ label, score }) => (
          <div key={label} class="score" data-tone={tone(label)}>
            <dt>{soundName(label)}</dt>
            <dd>
              <span class="figure">{percent(score)}</span>
              <span class="score-bar" aria-hidden="true">
                <span style={{ transform: `scaleX(${score.toFixed(3)})` }} />
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <p class="fine">{t().device.hearsHelp}</p>
    </section>
  );
}

function Health({ device }: { device: DeviceView }) {
  const version = useStore(app, (state) => state.settings?.version);
  const words = t().device;
  const facts: [string, string][] = [];
  for (const source of device.sources) facts.push([`${words.microphone} ${source.name}`, sourceText(source)]);
  if (device.lastHeartbeatAt) facts.push([words.lastSign, ago(device.lastHeartbeatAt)]);
  facts.push([words.waiting, device.outboxRecords ? words.records(device.outboxRecords) : words.nothingWaits]);
  if (device.settingsVersion !== null && version !== undefined) {
    facts.push([words.settingsLabel, device.settingsVersion < version ? words.settingsOld : words.settingsNew]);
  }
  if (device.release) {
    const { releaseState } = device;
    const how = releaseState ? ` (${words.releaseState[releaseState.state] ?? releaseState.state})` : '';
    facts.push([words.release, `${device.release}${how}${releaseState?.message ? `: ${releaseState.message}` : ''}`]);
  }
  if (device.software) facts.push([words.software, device.software]);
  if (device.cpuPercent !== null && device.rssMb !== null) {
    facts.push([words.load, `${number(device.cpuPercent, 1)} % CPU, ${number(device.rssMb)} MB`]);
  }
  return (
    <dl class="facts">
      {facts.map(([name, fact]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}
