import type { DeviceView } from '@earshot/shared/contracts/home.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { pauseClips } from '../clip/sound.ts';
import { call } from '../core/api.ts';
import { LIVE_SAMPLE_RATE, mayListenLive } from '../core/drop-in.ts';
import { app } from '../core/home.ts';
import { useStore } from '../core/store.ts';
import type { LiveState } from '../live-sound/listen-live.ts';
import { number } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { LevelMeter } from './meter.tsx';
import { attempt, failureText, say } from './say.tsx';

/** Buttons that start listening live to these devices, if the home allows it now. */
export function ListenLive({ devices }: { devices: readonly DeviceView[] }) {
  return (
    <>
      {devices.map((device) => (
        <LiveDevice key={device.id} device={device} />
      ))}
    </>
  );
}

function LiveDevice({ device }: { device: DeviceView }) {
  const isAllowed = useStore(app, ({ home, settings }) =>
    home && settings ? mayListenLive(settings, home.open) : false,
  );
  const [session, setSession] = useState<AbortController | null>(null);
  const [state, setState] = useState<LiveState | null>(null);
  useEffect(() => () => session?.abort(), [session]);
  const where = device.room || device.name;

  const start = () => {
    pauseClips();
    const stop = new AbortController();
    setSession(stop);
    setState(null);
    // Create the AudioContext while the tap is handled, because only then do browsers allow a page to play sound.
    const context = new AudioContext({ sampleRate: LIVE_SAMPLE_RATE });
    void context.resume();
    const listening = import('../live-sound/listen-live.ts').then(({ listenLive }) =>
      listenLive(device.id, context, setState, stop.signal),
    );
    listening
      .then(() => !stop.signal.aborted && say(t().live.ended))
      .catch((error: unknown) => !stop.signal.aborted && say(failureText(error), true))
      .finally(() => setSession((current) => (current === stop ? null : current)));
  };

  if (session) return <LivePanel where={where} state={state} stop={() => setSession(null)} />;
  return (
    <>
      {device.listeners.length > 0 && <p class="fine">{t().live.by(device.listeners)}</p>}
      {isAllowed && device.online && device.dropIn && (
        <button type="button" class="button" onClick={start}>
          <Icon name="ear" size={20} />
          {t().live.listen(where)}
        </button>
      )}
    </>
  );
}

function LivePanel({ where, state, stop }: { where: string; state: LiveState | null; stop: () => void }) {
  const words = t().live;
  const panel = useRef<HTMLElement>(null);
  const stopButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Without `preventScroll` the browser would scroll the button to the edge, behind the alert's buttons.
    stopButton.current?.focus({ preventScroll: true });
    panel.current?.scrollIntoView({ block: 'center' });
  }, []);
  const id = state?.dropInId ?? null;
  const phase = state?.phase ?? 'connecting';
  return (
    <section class="live" ref={panel} aria-label={words.listen(where)}>
      <p class="live-phase" role="status">
        {phase === 'playing' ? words.playing(where) : words[phase]}
      </p>
      <LevelMeter levelDbfs={state?.levelDbfs ?? null} label={t().device.level} />
      <p class="fine">
        {state && state.by.length > 0 && `${words.by(state.by)} `}
        {words.seen} {state && words.left(number(state.secondsLeft))}
      </p>
      <div class="live-buttons">
        <button type="button" class="button" ref={stopButton} onClick={stop}>
          {words.stop}
        </button>
        {id !== null && (
          <button
            type="button"
            class="button"
            onClick={() => void attempt(() => call('POST', `/v1/drop-ins/${id}/keep`))}
          >
            {words.keep}
          </button>
        )}
      </div>
    </section>
  );
}
