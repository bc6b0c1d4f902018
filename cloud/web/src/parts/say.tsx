import { ApiError } from '../core/api.ts';
import { createStore, useStore } from '../core/store.ts';
import { t } from '../words/words.ts';

/**
 * The app's current short message. It is shown as a toast and read by screen readers. An `urgent` message interrupts
 * what they are reading.
 */
const said = createStore({ text: '', urgent: false, seen: true, id: 0 });

/** How long a toast is shown: long enough to read it twice. */
const TOAST_MS = 6000;

export function say(text: string, urgent = false): void {
  speak({ text, urgent, seen: true });
}

/** Makes screen readers read a text that the page already shows. */
export function announce(text: string, urgent = false): void {
  speak({ text, urgent, seen: false });
}

function speak(words: { text: string; urgent: boolean; seen: boolean }): void {
  const id = said.get().id + 1;
  said.set({ ...words, id });
  setTimeout(() => {
    if (said.get().id === id) said.set({ text: '' });
  }, TOAST_MS);
}

/** Runs an action. If it fails, shows the error and what to do, and returns false. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    say(failureText(error), true);
    return false;
  }
}

/** Why the server cannot be reached: without a network it is the phone's connection, otherwise the server. */
export const unreachableText = (): string => (navigator.onLine ? t().problems.noServer : t().problems.noInternet);

export function failureText(error: unknown): string {
  if (!(error instanceof ApiError)) return t().problems.unexpected;
  if (error.code === 'UNREACHABLE') return unreachableText();
  if (error.status === 404) return t().problems.gone;
  return t().errors[error.code] ?? `${error.message} ${error.todo}`;
}

export function Said() {
  const { text, urgent, seen } = useStore(said, (state) => state);
  const look = !text ? 'toast' : seen ? 'toast toast-shown' : 'sr-only';
  return (
    <>
      <div class={urgent ? 'toast' : look} role="status" aria-live="polite">
        {urgent ? '' : text}
      </div>
      <div class={urgent ? `${look} toast-urgent` : 'toast'} role="alert">
        {urgent ? text : ''}
      </div>
    </>
  );
}
