import { render } from 'preact';
import './look/tokens.css';
import './look/base.css';
import './look/controls.css';
import './look/shell.css';
import './look/home.css';
import './look/alert.css';
import './look/clip.css';
import './look/lists.css';
import { App } from './app.tsx';
import { openHome, startLive } from './core/home.ts';
import { app } from './core/home.ts';
import { applyColours } from './core/phone.ts';
import { registerWorker } from './core/push.ts';
import { startRouter } from './core/router.ts';
import { chosenLanguage, speak } from './words/words.ts';

applyColours();
startRouter();
const home = openHome();
await speak(chosenLanguage());
render(<App />, document.getElementById('app')!);
await home;

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
await registerWorker();
