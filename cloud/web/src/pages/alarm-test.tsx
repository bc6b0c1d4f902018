import type { AlarmTest } from '@earshot/shared/contracts/alarm-tests.ts';
import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { roomOf, TestWatch } from '../core/alarm-test.ts';
import { call } from '../core/api.ts';
import { app, patchSettings } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import { Icon } from '../parts/icon.tsx';
import { LevelMeter, loudest } from '../parts/meter.tsx';
import { Empty, Page } from '../parts/page.tsx';
import { attempt } from '../parts/say.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { WhoHears } from '../parts/who-hears.tsx';
import { ago, number, soundName } from '../words/format.ts';
import { t } from '../words/words.ts';

/**
 * For this long, alarms count as tests, even if this page is closed. That is long enough to walk to an alarm and press
 * its button twice.
 */
const TEST_MS = 10 * 60_000;
/** If the device has detected nothing after this time, the page says that nothing was heard. */
const PATIENCE_MS = 60_000;

/**
 * The page that guides a test of the alarms, room by room: the person presses an alarm's button and sees whether the
 * device hears it, and how well.
 */
export default function AlarmTests() {
  const devices = useStore(app, (state) => state.home?.devices ?? []);
  const reminder = useStore(app, (state) => state.settings?.testReminder ?? false);
  const { value, reload } = useLoaded((signal) =>
    call<{ items: AlarmTest[] }>('GET', '/v1/alarm-tests', undefined, signal),
  );
  const [testing, setTesting] = useState<string | null>(null);
  const end = () => {
    setTesting(null);
    void attempt(() => patchSettings({ testingUntil: null }));
    reload();
  };
  const start = async (id: string) => {
    const testingUntil = new Date(Date.now() + TEST_MS).toISOString();
    if (await attempt(() => patchSettings({ testingUntil }))) setTesting(id);
  };
  const words = t().alarmTest;
  if (devices.length === 0)
    return (
      <Page title={words.title} up="/settings">
        <Empty text={t().device.noneHelp} />
      </Page>
    );
  return (
    <Page title={words.title} up="/settings">
      <p class="lead">{words.intro}</p>
      {devices.map((device) =>
        testing === device.id ? (
          <Running key={device.id} device={device} onEnd={end} />
        ) : (
          <Room
            key={device.id}
            device={device}
            tests={(value?.items ?? []).filter(({ deviceId }) => deviceId === device.id)}
            isBusy={testing !== null}
            onStart={() => void start(device.id)}
          />
        ),
      )}
      <WhoHears key={String(testing)} />
      <label class="row">
        <span class="row-words">
          <span>{words.reminder}</span>
          <small>{words.reminderHint}</small>
        </span>
        <input
          type="checkbox"
          checked={reminder}
          onChange={(event) => void attempt(() => patchSettings({ testReminder: event.currentTarget.checked }))}
        />
      </label>
    </Page>
  );
}

interface RoomProps {
  device: DeviceView;
  tests: readonly AlarmTest[];
  isBusy: boolean;
  onStart: () => void;
}

function Room({ device, tests, isBusy, onStart }: RoomProps) {
  const words = t().alarmTest;
  const where = roomOf(device);
  return (
    <section class="form" aria-label={where}>
      <h2>{where}</h2>
      {tests.length === 0 && <p class="fine">{words.never}</p>}
      {tests.map((test) => (
        <p key={test.label}>
          {soundName(test.label)}: {resultText(test)} <small>{ago(test.at)}</small>
        </p>
      ))}
      {device.online ? (
        <button type="button" class="button" disabled={isBusy} onClick={onStart}>
          <Icon name="test" size={20} />
          {words.start(where)}
        </button>
      ) : (
        <p class="fine">{t().device.offline}</p>
      )}
    </section>
  );
}

function Running({ device, onEnd }: { device: DeviceView; onEnd: () => void }) {
  const words = t().alarmTest;
  const watch = useRef(new TestWatch(device.id, Date.now()));
  const incidents = useStore(app, (state) => state.incidents);
  const [result, setResult] = useState<AlarmTest | null>(null);
  const [isLate, setLate] = useState(false);
  const isKeeping = useRef(false);
  const level = loudest(device);

  useEffect(() => {
    if (level !== null) watch.current.hear(level);
  }, [device]);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const found = watch.current.found(Object.values(incidents).filter((each) => each !== null));
    if (!found || isKeeping.current) return;
    isKeeping.current = true;
    const body = { incidentId: found.id, deviceId: device.id, aboveRoomDb: watch.current.aboveRoomDb(found) };
    void attempt(async () => setResult(await call<AlarmTest>('POST', '/v1/alarm-tests', body)));
  }, [incidents]);

  return (
    <section class="form" aria-label={roomOf(device)}>
      <h2>{roomOf(device)}</h2>
      {result ? (
        <p class="lead" role="status">
          <Icon name="check" size={20} /> {soundName(result.label)}: {resultText(result)}
        </p>
      ) : (
        <>
          <p class="lead">{words.press}</p>
          <LevelMeter levelDbfs={level} label={t().device.level} />
          <p role="status">{isLate ? words.notHeard : words.listening}</p>
        </>
      )}
      <button type="button" class="button" onClick={onEnd}>
        {result ? words.done : t().home.testStop}
      </button>
    </section>
  );
}

function resultText({ heardAfterS, aboveRoomDb, reportedAfterS }: AlarmTest): string {
  const words = t().alarmTest;
  const parts = [words.heard(number(heardAfterS))];
  if (aboveRoomDb !== null) parts.push(words.above(number(aboveRoomDb)));
  parts.push(words.reported(number(reportedAfterS, 1)));
  return `${parts.join(', ')}.`;
}
