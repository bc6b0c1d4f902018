import type { ComponentChildren } from 'preact';
import { app } from '../core/home.ts';
import { isLoud } from '../core/incident.ts';
import { useStore } from '../core/store.ts';
import { clock } from '../words/format.ts';
import { t } from '../words/words.ts';
import { unreachableText } from './say.tsx';
import { AlarmBar } from './alarm-bar.tsx';
import { Icon, type IconName } from './icon.tsx';

const TABS: { to: string; icon: IconName; name: 'home' | 'history' | 'settings' }[] = [
  { to: '/', icon: 'home', name: 'home' },
  { to: '/history', icon: 'history', name: 'history' },
  { to: '/settings', icon: 'settings', name: 'settings' },
];

/**
 * Everything around a page: the navigation, the bar with open alarms, and a warning while the app has no connection.
 */
export function Frame({ bare, path, children }: { bare: boolean; path: string; children: ComponentChildren }) {
  // On a phone an alert uses the whole screen: its actions replace the tab bar.
  const alert = path.startsWith('/incidents/');
  return (
    <div class={bare ? 'frame frame-bare' : alert ? 'frame frame-alert' : 'frame'}>
      <a class="skip" href="#content">
        {t().nav.skip}
      </a>
      <Offline />
      {!bare && <AlarmBar path={path} />}
      {children}
      {!bare && <Tabs path={path} />}
    </div>
  );
}

function Tabs({ path }: { path: string }) {
  const open = useStore(app, (state) => state.home?.open.filter(isLoud).length ?? 0);
  return (
    <nav class="tabs" aria-label={t().nav.label}>
      <span class="tabs-name" aria-hidden="true">
        <Icon name="ear" size={28} />
        {t().appName}
      </span>
      {TABS.map((tab) => {
        const here =
          tab.to === '/'
            ? path === '/'
            : path.startsWith(tab.to) || (tab.name === 'settings' && path.startsWith('/devices'));
        return (
          <a key={tab.to} class="tab" href={tab.to} aria-current={here ? 'page' : undefined}>
            <Icon name={tab.icon} />
            <span>{t().nav[tab.name]}</span>
            {tab.to === '/' && open > 0 && (
              <span class="tab-count">
                {open}
                <span class="sr-only"> {t().home.alerting(open)}</span>
              </span>
            )}
          </a>
        );
      })}
    </nav>
  );
}

function Offline() {
  const live = useStore(app, (state) => state.live);
  const asOf = useStore(app, (state) => (state.live === false ? state.asOf : null));
  if (live !== false) return null;
  return (
    <p class="offline" role="status">
      <Icon name="wifiOff" size={18} />
      {unreachableText()}
      {asOf !== null && ` ${t().problems.knownUntil(clock(new Date(asOf).toISOString()))}`}
    </p>
  );
}
