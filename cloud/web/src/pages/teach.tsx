import type { TaughtSound } from '@earshot/shared/contracts/teaching.ts';
import { useState } from 'preact/hooks';
import { call } from '../core/api.ts';
import { app } from '../core/home.ts';
import { go } from '../core/router.ts';
import { useStore } from '../core/store.ts';
import { ICONS, loadTaughtSounds } from '../core/taught-sounds.ts';
import { Choice } from '../parts/choice.tsx';
import { Failed } from '../parts/failed.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Page } from '../parts/page.tsx';
import { attempt } from '../parts/say.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { stateText } from '../words/taught-text.ts';
import { t } from '../words/words.ts';

/** Lists the sounds that this home taught, and has a form for a new one. */
export default function Teach() {
  const { value, failure, reload } = useLoaded(loadTaughtSounds);
  return (
    <Page title={t().teach.title} up="/settings">
      <p class="lead">{t().teach.intro}</p>
      {failure !== null && <Failed text={failure} retry={reload} />}
      {value?.items.length === 0 && <Empty title={t().teach.emptyTitle} text={t().teach.empty} />}
      <ul class="rows">
        {value?.items.map((sound) => (
          <li key={sound.id}>
            <a class="row row-link" href={`/settings/teach/${sound.id}`}>
              <Icon name={sound.icon} />
              <span class="row-words">
                <span>{sound.name}</span>
                <small>{stateText(sound)}</small>
              </span>
              <Icon name="next" size={18} />
            </a>
          </li>
        ))}
      </ul>
      <NewSound />
    </Page>
  );
}

function NewSound() {
  const words = t().teach;
  const devices = useStore(app, (state) => state.home?.devices) ?? [];
  const [name, setName] = useState('');
  const [icon, setIcon] = useState<TaughtSound['icon']>('bell');
  const [kind, setKind] = useState<TaughtSound['class']>('security');
  const [chosen, setDevice] = useState<string | null>(null);
  const deviceId = chosen ?? devices[0]?.id ?? null;
  const begin = async () => {
    const body = { name: name.trim(), icon, class: kind, deviceId };
    await attempt(async () => {
      const { id } = await call<TaughtSound>('POST', '/v1/taught-sounds', body);
      go(`/settings/teach/${id}`);
    });
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <h2>{words.fresh}</h2>
      <label class="field">
        <span>{t().common.name}</span>
        <input
          required
          maxLength={60}
          autocomplete="off"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <Choice
        many
        name="taught-icon"
        legend={words.icon}
        options={ICONS.map((value) => ({ value, label: words.icons[value], icon: value }))}
        value={icon}
        onChange={setIcon}
      />
      {devices.length === 0 ? (
        <p>
          {words.noDevice} <a href="/settings/pair">{t().settings.pair}</a>
        </p>
      ) : (
        <Choice
          many={devices.length > 2}
          name="taught-device"
          legend={words.device}
          options={devices.map(({ id, room, name: own }) => ({ value: id, label: room || own }))}
          value={deviceId}
          onChange={setDevice}
        />
      )}
      <Choice
        name="taught-kind"
        legend={words.kind}
        options={(['security', 'upkeep'] as const).map((value) => ({ value, label: words.kinds[value] }))}
        value={kind}
        onChange={setKind}
      />
      <button type="submit" class="button button-strong" disabled={deviceId === null}>
        {words.begin}
      </button>
    </form>
  );
}
