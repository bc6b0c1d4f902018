import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { app } from './core/home.ts';
import { place } from './core/router.ts';
import { useStore } from './core/store.ts';
import { Alert } from './pages/alert.tsx';
import { Home } from './pages/home.tsx';
import { Asked } from './parts/ask.tsx';
import { Frame } from './parts/frame.tsx';
import { Empty, Page } from './parts/page.tsx';
import { Said, unreachableText } from './parts/say.tsx';
import { Watch } from './parts/watch.tsx';
import { spoken, t } from './words/words.ts';

/**
 * The code of these pages is loaded when they are first opened (the service worker caches it in advance). The home page
 * and the alert page are part of the first load.
 */
const PAGES: Record<string, () => Promise<{ default: () => JSX.Element }>> = {
  '/start': () => import('./pages/start.tsx'),
  '/history': () => import('./pages/history.tsx'),
  '/settings': () => import('./pages/settings.tsx'),
  '/settings/sounds': () => import('./pages/sounds.tsx'),
  '/settings/ignored': () => import('./pages/ignored.tsx'),
  '/settings/samples': () => import('./pages/samples.tsx'),
  '/settings/teach': () => import('./pages/teach.tsx'),
  '/settings/schedule': () => import('./pages/schedule.tsx'),
  '/settings/people': () => import('./pages/people.tsx'),
  '/settings/channels': () => import('./pages/channels.tsx'),
  '/settings/test': () => import('./pages/alarm-test.tsx'),
  '/settings/devices': () => import('./pages/devices.tsx'),
  '/settings/pair': () => import('./pages/pairing.tsx'),
  '/settings/calls': () => import('./pages/calls.tsx'),
  '/settings/phone': () => import('./pages/phone.tsx'),
  '/settings/privacy': () => import('./pages/privacy.tsx'),
};
const device = () => import('./pages/device.tsx');
const taughtSound = () => import('./pages/taught-sound.tsx');
const operations = () => import('./pages/operations.tsx');
const welcome = () => import('./pages/welcome.tsx');
const ended = () => import('./pages/ended.tsx');

/** The page for the cloud's operators, which belongs to no home. */
const OPERATIONS = '/operations';

export function App() {
  const language = useStore(spoken, (state) => state.language);
  const phase = useStore(app, (state) => state.phase);
  const path = useStore(place, (state) => state.path);
  return (
    <Frame key={language} bare={phase !== 'ready' || path === OPERATIONS} path={path}>
      <Watch />
      {path === OPERATIONS ? (
        <Later key={path} load={operations} />
      ) : phase === 'loading' ? (
        <Loading />
      ) : phase === 'signed-out' ? (
        <SignedOut path={path} />
      ) : (
        <Routed path={path} />
      )}
      <Said />
      <Asked />
    </Frame>
  );
}

function SignedOut({ path }: { path: string }): JSX.Element {
  const isOver = useStore(app, (state) => state.ended !== null);
  // The privacy page can be read before joining a home.
  if (path === '/settings/privacy') return <Later key={path} load={PAGES[path]!} />;
  return isOver && !path.startsWith('/pair') ? (
    <Later key="ended" load={ended} />
  ) : (
    <Later key="welcome" load={welcome} />
  );
}

function Routed({ path }: { path: string }): JSX.Element {
  const incident = /^\/incidents\/([\w-]+)$/.exec(path)?.[1];
  if (path === '/') return <Home />;
  if (incident) return <Alert key={incident} id={incident} />;
  // A paired phone that opens a pairing link may join another home.
  if (path.startsWith('/pair')) return <Later key={path} load={welcome} />;
  if (/^\/devices\/[\w-]+$/.test(path)) return <Later key={path} load={device} />;
  if (/^\/settings\/teach\/[\w-]+$/.test(path)) return <Later key={path} load={taughtSound} />;
  const load = PAGES[path];
  return load ? <Later key={path} load={load} /> : <NoPage />;
}

function Later({ load }: { load: () => Promise<{ default: () => JSX.Element }> }): JSX.Element {
  const [Loaded, setLoaded] = useState<(() => JSX.Element) | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    load().then(
      (module) => setLoaded(() => module.default),
      () => setFailed(true),
    );
  }, []);
  if (failed) return <Centre>{unreachableText()}</Centre>;
  return Loaded ? <Loaded /> : <Loading />;
}

const NoPage = () => (
  <Page title={t().appName} up="/">
    <Empty title={t().problems.noPage} text="" />
  </Page>
);

const Loading = () => <Centre>{t().common.loading}</Centre>;

function Centre({ children }: { children: ComponentChildren }) {
  return (
    <main id="content" class="centre" aria-busy="true">
      <p>{children}</p>
    </main>
  );
}
