import { render } from 'preact';
import './look/tokens.css';
import './look/base.css';
import './look/controls.css';
import './look/shell.css';
import './look/home.css';
import './look/alert.css';
import './look/clip.css';
import './look/lists.css';
import './look/operations.css';
import './look/start.css';
import { App } from './app.tsx';
import { app, openHome, startLive } from './core/home.ts';
import { applyColours } from './core/phone.ts';
import { registerWorker } from './core/push.ts';
import { startRouter } from './core/router.ts';
import { chosenLanguage, speak } from './words/words.ts';

/** Starts the live stream when this browser joins a home, and stops the stream when the browser leaves the home. */
function followPhase(): void {
  let live: AbortController | null = null;
  const follow = () => {
    const wanted = app.get().phase === 'ready';
    if (wanted && !live) startLive((live = new AbortController()).signal);
    if (!wanted && live) {
      live.abort();
      live = null;
    }
  };
  app.subscribe(follow);
  follow();
}

/**
 * The start is a function, because this module must not use `await` at its top level: the chunk of a language imports
 * this module, so the two would wait for each other for ever, and the page would stay empty in every language except
 * English.
 */
async function main(): Promise<void> {
  applyColours();
  startRouter();
  const home = openHome();
  await speak(chosenLanguage());
  render(<App />, document.getElementById('app')!);
  await home;
  followPhase();
  await registerWorker();
}

void main();
