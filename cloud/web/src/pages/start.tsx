import { useState } from 'preact/hooks';
import { call } from '../core/api.ts';
import { app, refresh } from '../core/home.ts';
import { go } from '../core/router.ts';
import { useStore } from '../core/store.ts';
import { Page } from '../parts/page.tsx';
import { RingStep } from '../parts/ring-step.tsx';
import { attempt } from '../parts/say.tsx';
import { t } from '../words/words.ts';

type Step = 'home' | 'rooms' | 'ring';
/** The name that a new home has until its members choose another. */
const UNNAMED = 'Home';

/**
 * The first steps after joining: the home's name, the room of each device, and a test until a phone has rung or the
 * person says "not yet".
 */
export default function Start() {
  const home = useStore(app, (state) => state.home);
  // The list of steps is computed once. Otherwise saving a name would remove the step in which it is entered.
  const [steps] = useState<Step[]>(() => [
    ...(home?.name === UNNAMED ? (['home'] as const) : []),
    ...(home?.devices.some(({ room }) => room === '') ? (['rooms'] as const) : []),
    'ring',
  ]);
  const [at, setAt] = useState(0);
  const step = steps[at];
  if (!home) return <Page title={t().start.title} children={null} />;
  const next = () => setAt(at + 1);
  return (
    <Page key={step} title={t().start.titles[step ?? 'ring']} class="start">
      {steps.length > 1 && <p class="fine">{t().start.step(at + 1, steps.length)}</p>}
      {step === 'home' && <NameHome onDone={next} />}
      {step === 'rooms' && <Rooms onDone={next} />}
      {step === 'ring' && <RingStep vapidPublicKey={home.vapidPublicKey} onDone={() => go('/', true)} />}
    </Page>
  );
}

function NameHome({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState('');
  const save = async () => {
    if (await attempt(() => call('PATCH', '/v1/home', { name: name.trim() }).then(refresh))) onDone();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <p class="lead">{t().start.homeHelp}</p>
      <label class="field">
        <span>{t().people.renameHome}</span>
        <input
          required
          maxLength={60}
          autocomplete="off"
          placeholder={t().start.homeExample}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <Buttons onSkip={onDone} />
    </form>
  );
}

function Rooms({ onDone }: { onDone: () => void }) {
  const devices = useStore(app, (state) => state.home?.devices ?? []);
  const [rooms, setRooms] = useState<Record<string, string>>({});
  const save = async () => {
    const named = Object.entries(rooms).filter(([, room]) => room.trim() !== '');
    const saving = () =>
      Promise.all(named.map(([id, room]) => call('PATCH', `/v1/devices/${id}`, { room: room.trim() })));
    if (await attempt(() => saving().then(refresh))) onDone();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <p class="lead">{t().start.roomsHelp}</p>
      {devices.map((device) => (
        <label key={device.id} class="field">
          <span>{t().start.roomOf(device.name)}</span>
          <input
            required
            maxLength={60}
            autocomplete="off"
            placeholder={t().start.roomExample}
            value={rooms[device.id] ?? device.room}
            onInput={(event) => setRooms({ ...rooms, [device.id]: event.currentTarget.value })}
          />
        </label>
      ))}
      <Buttons onSkip={onDone} />
    </form>
  );
}

function Buttons({ onSkip }: { onSkip: () => void }) {
  return (
    <div class="start-buttons">
      <button type="submit" class="button button-strong">
        {t().start.next}
      </button>
      <button type="button" class="button button-quiet" onClick={onSkip}>
        {t().start.skip}
      </button>
    </div>
  );
}
