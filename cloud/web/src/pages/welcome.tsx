import type { SessionView } from '@earshot/shared/contracts/api.ts';
import { useState } from 'preact/hooks';
import { ApiError, call } from '../core/api.ts';
import { refresh } from '../core/home.ts';
import { CODE_LENGTH, codeFromAddress, plainCode } from '../core/pairing-code.ts';
import { go } from '../core/router.ts';
import { Icon } from '../parts/icon.tsx';
import { useArrival } from '../parts/page.tsx';
import { failureText, say } from '../parts/say.tsx';
import { t } from '../words/words.ts';

/**
 * The first page of a phone. After the person enters a name and the pairing code (which a QR code fills in), the phone
 * belongs to the home.
 */
export default function Welcome() {
  const heading = useArrival(t().welcome.title);
  const [code, setCode] = useState(() => codeFromAddress(location.href));
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<{ field: 'code' | 'name'; text: string } | null>(null);
  const [busy, setBusy] = useState(false);

  const join = async () => {
    if (plainCode(code).length !== CODE_LENGTH) return setProblem({ field: 'code', text: t().welcome.wrongCode });
    if (name.trim() === '') return setProblem({ field: 'name', text: t().welcome.wrongName });
    setBusy(true);
    try {
      const { homeName } = await call<SessionView>('POST', '/v1/session', { code: plainCode(code), name: name.trim() });
      await refresh();
      go('/start', true);
      say(t().welcome.joined(homeName));
    } catch (error) {
      const field = error instanceof ApiError && error.code === 'BAD_REQUEST' ? 'name' : 'code';
      setProblem({ field, text: failureOf(error) });
    } finally {
      setBusy(false);
    }
  };
  const problemOf = (field: 'code' | 'name') => (problem?.field === field ? problem.text : null);
  return (
    <main id="content" class="welcome">
      <div class="welcome-words">
        <Icon name="ear" size={72} />
        <h1 ref={heading} tabIndex={-1}>
          {t().welcome.title}
        </h1>
        <p>{t().welcome.text}</p>
      </div>
      <form
        class="form welcome-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void join();
        }}
      >
        <label class="field">
          <span>{t().welcome.code}</span>
          <input
            class="code-input"
            required
            autocomplete="one-time-code"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={12}
            value={code}
            aria-invalid={problemOf('code') !== null}
            aria-describedby="code-help"
            onInput={(event) => setCode(event.currentTarget.value.toUpperCase())}
          />
          <small id="code-help">{t().welcome.codeHelp}</small>
        </label>
        <label class="field">
          <span>{t().welcome.name}</span>
          <input
            required
            autocomplete="given-name"
            maxLength={60}
            value={name}
            aria-invalid={problemOf('name') !== null}
            aria-describedby="name-help"
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <small id="name-help">{t().welcome.nameHelp}</small>
        </label>
        <p class="problem" role="alert">
          {problem?.text ?? ''}
        </p>
        <button type="submit" class="button button-strong" disabled={busy}>
          {t().welcome.join}
        </button>
        <a class="button button-quiet" href="/settings/privacy">
          {t().welcome.privacy}
        </a>
      </form>
    </main>
  );
}

const failureOf = (error: unknown): string =>
  error instanceof ApiError && error.status === 404
    ? (t().errors[error.code] ?? `${error.message} ${error.todo}`)
    : failureText(error);
