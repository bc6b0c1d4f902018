import type { TaughtExample, TaughtSound } from '@earshot/shared/contracts/teaching.ts';
import { useEffect } from 'preact/hooks';
import { call } from '../core/api.ts';
import { app } from '../core/home.ts';
import { go } from '../core/router.ts';
import { useStore } from '../core/store.ts';
import { EXAMPLE_S, EXAMPLES_NEEDED, foundIn, isBusy } from '../core/taught-sounds.ts';
import { ask } from '../parts/ask.tsx';
import { Failed } from '../parts/failed.tsx';
import { Icon } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { PlayButton } from '../parts/play-button.tsx';
import { attempt, say } from '../parts/say.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { number } from '../words/format.ts';
import { stateText } from '../words/taught-text.ts';
import { t } from '../words/words.ts';

const LOOK_EVERY_MS = 1_000;

/** The page of one taught sound: its examples, and how well it is recognised. */
export default function Taught() {
  const path = `/v1/taught-sounds/${location.pathname.split('/').at(-1)}`;
  const {
    value: sound,
    failure,
    reload,
    loads,
  } = useLoaded((signal) => call<TaughtSound>('GET', path, undefined, signal));
  const devices = useStore(app, (state) => state.home?.devices);
  const busy = sound !== null && isBusy(sound);
  useEffect(() => {
    if (!busy) return;
    // Send the next request only after the last one was answered, so that a slow connection gets fewer requests.
    const timer = setTimeout(reload, LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [busy, loads]);
  const change = async (method: 'POST' | 'DELETE', below: string) => {
    await attempt(() => call(method, `${path}/${below}`));
    reload();
  };
  if (!sound)
    return (
      <Page title={t().teach.title} up="/settings/teach">
        {failure !== null && <Failed text={failure} retry={reload} />}
      </Page>
    );
  const found = foundIn(sound);
  const isRecording = sound.examples.some(({ state }) => state === 'recording');
  const device = devices?.find(({ id }) => id === sound.deviceId);
  return (
    <Page title={sound.name} up="/settings/teach">
      {failure !== null && <Failed text={failure} retry={reload} />}
      <p class={isRecording ? 'lead is-now' : 'lead'} role="status">
        {stateText(sound)}
      </p>
      {!busy && sound.examples.at(-1)?.state === 'silent' && (
        <p class="problem" role="alert">
          {t().teach.silentHelp}
        </p>
      )}
      {sound.state === 'collecting' && !busy && device && found.length <= EXAMPLES_NEEDED && (
        <p>{t().teach.how(device.room || device.name, EXAMPLE_S, found.length === EXAMPLES_NEEDED)}</p>
      )}
      {sound.state === 'ready' && <Abilities sound={sound} />}
      <ul class="rows">
        {sound.examples.map((example) => (
          <Example
            key={example.id}
            path={`${path}/examples/${example.id}`}
            example={example}
            name={nameOf(example, sound)}
            onRemove={() => void change('DELETE', `examples/${example.id}`)}
          />
        ))}
      </ul>
      <div class="form">
        {found.length <= EXAMPLES_NEEDED && (
          <button
            type="button"
            class={found.length < EXAMPLES_NEEDED ? 'button button-strong' : 'button'}
            disabled={busy}
            onClick={() => void change('POST', 'examples')}
          >
            <Icon name="mic" size={20} />
            {found.length < EXAMPLES_NEEDED ? t().teach.record : t().teach.recordCheck}
          </button>
        )}
        {found.length >= EXAMPLES_NEEDED && (
          <button
            type="button"
            class="button button-strong"
            disabled={busy}
            onClick={() => void change('POST', 'learn')}
          >
            {sound.state === 'collecting' ? t().teach.learn : t().teach.learnAgain}
          </button>
        )}
        <button type="button" class="button button-quiet" onClick={() => void remove(path)}>
          {t().teach.remove}
        </button>
      </div>
      <p class="fine">{t().teach.privacy}</p>
    </Page>
  );
}

function Abilities({ sound }: { sound: TaughtSound }) {
  const words = t().teach;
  return (
    <>
      {sound.checkFound !== null && <p>{sound.checkFound ? words.checkFound : words.checkMissed}</p>}
      <p class="fine">
        {words.figures} {words.notVerified} {words.where}
      </p>
    </>
  );
}

interface ExampleProps {
  path: string;
  example: TaughtExample;
  name: string;
  onRemove: () => void;
}

function Example({ path, example, name, onRemove }: ExampleProps) {
  const { state, found } = example;
  return (
    <li class="row">
      <Icon name={state === 'found' ? 'check' : state === 'silent' || state === 'failed' ? 'cross' : 'mic'} />
      <span class="row-words">
        <span>{name}</span>
        <small>{exampleText(example)}</small>
        {found && <Where found={found} />}
      </span>
      {(state === 'found' || state === 'silent') && <PlayButton path={path} name={name} />}
      <button type="button" class="icon-button" aria-label={t().teach.removeIt(name)} onClick={onRemove}>
        <Icon name="trash" size={20} />
      </button>
    </li>
  );
}

/** Shows at which time in the recording the sound was found. */
function Where({ found: { startS, endS } }: { found: { startS: number; endS: number } }) {
  const share = (seconds: number) => `${(100 * seconds) / EXAMPLE_S}%`;
  return (
    <svg width="100%" height="6" aria-hidden="true">
      <rect width="100%" height="2" y="2" fill="currentColor" opacity="0.25" />
      <rect x={share(startS)} width={share(endS - startS)} height="6" fill="currentColor" />
    </svg>
  );
}

function nameOf({ id }: TaughtExample, { examples }: TaughtSound): string {
  const at = examples.findIndex((example) => example.id === id);
  const foundBefore = examples.slice(0, at).filter(({ state }) => state === 'found').length;
  return foundBefore >= EXAMPLES_NEEDED ? t().teach.check : t().teach.example(at + 1);
}

function exampleText({ state, found }: TaughtExample): string {
  const words = t().teach;
  if (state === 'waiting' || state === 'recording') return words.underWay;
  if (state === 'silent') return words.silent;
  if (state === 'failed' || !found) return words.noRecording;
  return words.found(number(found.endS - found.startS, 1));
}

async function remove(path: string): Promise<void> {
  const words = t().teach;
  const yes = await ask({ title: words.removeAsk, text: words.removeMeaning, action: t().common.remove });
  if (!yes || !(await attempt(() => call('DELETE', path)))) return;
  say(words.removed);
  go('/settings/teach', true);
}
