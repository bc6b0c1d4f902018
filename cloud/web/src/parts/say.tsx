import { ApiError } from '../core/api.ts';
import { createStore, useStore } from '../core/store.ts';
import { t } from '../words/words.ts';

/** What the app says aside: seen as a toast, heard by a screen reader. `urgent` interrupts. */
const said = createStore<{ text: string; urgent: boolean; id: number }>({ text: '', urgent: false, id: 0 });

/** Long enough to read twice. */
const TOAST_MS = 6000;

export function say(text: string, urgent = false): void {
  const id = said.get().id + 1;
  said.set({ text, urgent, id });
  setTimeout(() => {
    if (said.get().id === id) said.set({ text: '' });
  }, TOAST_MS);
}

/** Runs what a person asked for; a failure is said, with what to do. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    say(failureText(error), true);
    return false;
  }
}

export function failureText(error: unknown): string {
  if (!(error instanceof ApiError)) return t().problems.notDone;
  if (error.code === 'UNREACHABLE') return t().problems.unreachable;
  if (error.status === 404) return t().problems.gone;
  return `${error.message} ${error.todo}`;
}

export function Said() {
  const { text, urgent } = useStore(said, (state) => state);
  return (
    <>
      <div class={text ? 'toast toast-shown' : 'toast'} role="status" aria-live="polite">
        {urgent ? '' : text}
      </div>
      <div class={text && urgent ? 'toast toast-shown toast-urgent' : 'toast'} role="alert">
        {urgent ? text : ''}
      </div>
    </>
  );
}
