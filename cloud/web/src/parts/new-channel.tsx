import type { ChannelRequest } from '@earshot/shared/contracts/home.ts';
import type { InputHTMLAttributes } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../core/api.ts';
import type { Words } from '../words/en.ts';
import { t } from '../words/words.ts';
import { Choice } from './choice.tsx';
import { attempt, say } from './say.tsx';

type Kind = Exclude<ChannelRequest['kind'], 'webpush'>;
interface Field {
  name: string;
  words: keyof Words['channels'] & ('address' | 'url' | 'secret' | 'token' | 'topic' | 'username' | 'password');
  input: InputHTMLAttributes<HTMLInputElement>;
}

/**
 * Says what is wrong with an address; null if it is valid. The app checks it, because the server would only answer that
 * the address is invalid.
 */
function addressProblem(url: string, kind: Kind): string | null {
  if (kind === 'email') return null;
  const port = /^\w+:\/\/[^/]*:(\d+)(?:\/|$)/.exec(url)?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return t().channels.badPort(port);
  const wanted = kind === 'mqtt' ? /^(mqtts?|wss?):\/\/[^/]+/ : /^https?:\/\/[^/]+/;
  if (wanted.test(url)) return null;
  return kind === 'mqtt' ? t().channels.badBroker : t().channels.badAddress;
}

/** The form fields of each kind of channel. They have the same names as in the API. */
const FIELDS: Record<Kind, Field[]> = {
  email: [{ name: 'address', words: 'address', input: { type: 'email', required: true } }],
  ntfy: [
    { name: 'url', words: 'url', input: { inputMode: 'url', required: true } },
    { name: 'token', words: 'token', input: { type: 'password' } },
  ],
  webhook: [
    { name: 'url', words: 'url', input: { inputMode: 'url', required: true } },
    { name: 'secret', words: 'secret', input: { type: 'password', required: true, minLength: 8 } },
  ],
  mqtt: [
    { name: 'url', words: 'url', input: { required: true } },
    { name: 'topic', words: 'topic', input: { required: true } },
    { name: 'username', words: 'username', input: {} },
    { name: 'password', words: 'password', input: { type: 'password' } },
  ],
};

/**
 * The form for a new channel. `email` says whether the server can send e-mail; otherwise the form does not offer it.
 */
export function NewChannel({ email, onAdded }: { email: boolean; onAdded: () => void }) {
  const kinds = (Object.keys(FIELDS) as Kind[]).filter((each) => each !== 'email' || email);
  const [kind, setKind] = useState<Kind>('ntfy');
  const [values, setValues] = useState<Record<string, string>>({});
  const add = async () => {
    const problem = addressProblem(values.url ?? '', kind);
    if (problem) return say(problem, true);
    const filled = FIELDS[kind].flatMap(({ name }) => (values[name] ? [[name, values[name]] as const] : []));
    if (await attempt(() => call('POST', '/v1/channels', { kind, ...Object.fromEntries(filled) }))) {
      say(t().common.saved);
      setValues({});
      onAdded();
    }
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <h2>{t().channels.add}</h2>
      <Choice
        name="channel-kind"
        legend={t().channels.kind}
        hideLegend
        options={kinds.map((value) => ({ value, label: t().channels.kinds[value] }))}
        value={kind}
        onChange={setKind}
      />
      {FIELDS[kind].map((field) => (
        <label key={`${kind}-${field.name}`} class="field">
          <span>{t().channels[field.words]}</span>
          <input
            {...field.input}
            autocomplete="off"
            value={values[field.name] ?? ''}
            onInput={(event) => setValues({ ...values, [field.name]: event.currentTarget.value })}
          />
        </label>
      ))}
      <button type="submit" class="button">
        {t().common.add}
      </button>
      {!email && <p class="fine">{t().channels.noEmail}</p>}
    </form>
  );
}
