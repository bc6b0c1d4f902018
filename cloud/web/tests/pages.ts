export interface AppPage {
  name: string;
  path: string;
}

/** The name and the path of every page of the app, for tests and screenshots. */
export const PAGES = (incidentId: string, deviceId: string): AppPage[] => [
  { name: 'home', path: '/' },
  { name: 'start', path: '/start' },
  { name: 'alert', path: `/incidents/${incidentId}` },
  { name: 'alert-gone', path: '/incidents/01900000-0000-7000-8000-000000000000' },
  { name: 'history', path: '/history' },
  { name: 'alarm-test', path: '/settings/test' },
  { name: 'settings', path: '/settings' },
  { name: 'sounds', path: '/settings/sounds' },
  { name: 'ignored', path: '/settings/ignored' },
  { name: 'teach', path: '/settings/teach' },
  { name: 'samples', path: '/settings/samples' },
  { name: 'schedule', path: '/settings/schedule' },
  { name: 'channels', path: '/settings/channels' },
  { name: 'people', path: '/settings/people' },
  { name: 'calls', path: '/settings/calls' },
  { name: 'devices', path: '/settings/devices' },
  { name: 'device', path: `/devices/${deviceId}` },
  { name: 'pairing', path: '/settings/pair' },
  { name: 'phone', path: '/settings/phone' },
  { name: 'privacy', path: '/settings/privacy' },
];
