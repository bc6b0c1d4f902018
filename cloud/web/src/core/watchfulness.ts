import type { DeviceView, HomeView } from '@earshot/shared/contracts/home.ts';

/**
 * Whether a device listens in this home, as far as this browser knows. The app shows "All quiet" only if the kind is
 * `listening`.
 */
export type Watchfulness =
  | { kind: 'checking' }
  | { kind: 'unknown'; sinceMs: number | null; why: 'no-internet' | 'no-server' }
  | { kind: 'nobody'; why: 'no-device' | 'silent' | 'deaf' | 'no-microphone'; devices: DeviceView[] }
  /** `missing`: the devices that do not listen. */
  | { kind: 'listening'; devices: number; missing: DeviceView[] };

export interface Knowledge {
  home: Pick<HomeView, 'devices'>;
  /** Whether the live stream is connected; null until the first attempt has succeeded or failed. */
  live: boolean | null;
  remembered: boolean;
  asOf: number | null;
  /** Whether the browser reports that it has a network. */
  hasNetwork: boolean;
}

export function watchfulness({ home, live, remembered, asOf, hasNetwork }: Knowledge): Watchfulness {
  if (live === false) return { kind: 'unknown', sinceMs: asOf, why: hasNetwork ? 'no-server' : 'no-internet' };
  if (remembered) return { kind: 'checking' };
  const { devices } = home;
  const missing = devices.filter((device) => !listens(device));
  if (missing.length < devices.length) return { kind: 'listening', devices: devices.length, missing };
  return { kind: 'nobody', why: whyNobodyListens(devices), devices };
}

function whyNobodyListens(devices: DeviceView[]): 'no-device' | 'silent' | 'deaf' | 'no-microphone' {
  const online = devices.filter((device) => device.online);
  if (devices.length === 0) return 'no-device';
  if (online.length === 0) return 'silent';
  // A device has no source when the recording that it played has ended. A cable cannot be the cause then.
  return online.every(({ sources }) => sources.length === 0) ? 'no-microphone' : 'deaf';
}

/** The states in which a microphone hears. A recovering microphone already hears; a deaf or failed one does not. */
const HEARS = new Set(['healthy', 'recovering']);

const listens = ({ online, sources }: DeviceView): boolean => online && sources.some(({ state }) => HEARS.has(state));
