import { useEffect, useRef, useState } from 'preact/hooks';
import { createStore, useStore } from '../core/store.ts';
import { t } from '../words/words.ts';

interface Question {
  title: string;
  text: string;
  action: string;
  /** A word that the person must type to confirm an action that cannot be undone. */
  typed?: string;
}

const asked = createStore<{ question: Question | null; answer: (yes: boolean) => void }>({
  question: null,
  answer: () => undefined,
});

/**
 * Asks the person to confirm. Resolves with true after the confirmation, and with false when the dialog is closed in
 * any other way.
 */
export function ask(question: Question): Promise<boolean> {
  return new Promise((resolve) => asked.set({ question, answer: resolve }));
}

export function Asked() {
  const { question, answer } = useStore(asked, (state) => state);
  return question ? <Dialog key={question} question={question} answer={answer} /> : null;
}

function Dialog({ question, answer }: { question: Question; answer: (yes: boolean) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  useEffect(() => dialog.current?.showModal(), []);

  const end = (yes: boolean) => {
    // close() returns the focus to the element that had it before.
    dialog.current?.close();
    asked.set({ question: null });
    answer(yes);
  };
  return (
    <dialog
      ref={dialog}
      class="ask"
      aria-labelledby="ask-title"
      aria-describedby="ask-text"
      onCancel={() => end(false)}
    >
      <h2 id="ask-title">{question.title}</h2>
      <p id="ask-text">{question.text}</p>
      {question.typed !== undefined && (
        <label class="field">
          <span>{t().privacy.deleteType(question.typed)}</span>
          <input value={typed} autocomplete="off" onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
      )}
      <div class="ask-actions">
        <button type="button" class="button" onClick={() => end(false)}>
          {t().common.cancel}
        </button>
        <button
          type="button"
          class="button button-danger"
          disabled={question.typed !== undefined && typed.trim() !== question.typed}
          onClick={() => end(true)}
        >
          {question.action}
        </button>
      </div>
    </dialog>
  );
}
