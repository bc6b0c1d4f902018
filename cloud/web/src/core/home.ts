import type { DeviceView, HomeView, Incident, LiveEvent } from '@earshot/shared/contracts/home.ts';
import type { HomeSettings, HomeSettingsPatch } from '@earshot/shared/contracts/settings.ts';
import { ApiError, call, forget, forgetEverythingSeen, lastSeen } from './api.ts';
import { isLoud, isOpen } from './incident.ts';
import { followLive } from './live.ts';
import { takeTaughtNames } from '../words/taught-names.ts';
import { createStore } from './store.ts';

/** Why this browser no longer belongs to its home. */
export interface Ended {
  why: 'home-deleted' | 'removed' | 'session-gone';
  /** The home's name; empty when it is no longer known. */
  homeName: string;
}

interface AppState {
  phase: 'loading' | 'signed-out' | 'ready';
  /**
   * Why this browser's membership ended. Null if it did not end, if this browser signed itself out, or before the first
   * pairing.
   */
  ended: Ended | null;
  home: HomeView | null;
  settings: HomeSettings | null;
  /**
   * Whether the live stream is connected and the changes that it does not repeat are loaded; null until the first
   * attempt has succeeded or failed.
   */
  live: boolean | null;
  /**
   * Whether `home` is only the copy that this phone saved. The app shows it, but announces no alarm from it, because it
   * may be old.
   */
  remembered: boolean;
  /** When the data in `home` was last confirmed by the cloud, in ms since the epoch. */
  asOf: number | null;
  /**
   * Every incident that the app has loaded since it was opened, in its newest state; null if the incident was deleted.
   */
  incidents: Record<string, Incident | null>;
  /** Incremented when another phone changes members or channels, so that pages that list them load again. */
  peopleVersion: number;
}

export const app = createStore<AppState>({
  phase: 'loading',
  ended: null,
  home: null,
  settings: null,
  live: null,
  remembered: false,
  asOf: null,
  incidents: {},
  peopleVersion: 0,
});

const state = () => app.get();

/**
 * The key under which the home's name is stored. The name survives a reload after the session has ended, so that the
 * app can still say what happened.
 */
const HOME_NAME = 'home-name';

/**
 * Shows the data that this browser saved last, then asks the cloud. The answer 401 means that the browser was never
 * paired, that the member was removed, or that the home was deleted.
 */
export async function openHome(): Promise<void> {
  // Load the settings, too, because they contain the phone numbers that an alert shows.
  const [before, settings] = await Promise.all([
    lastSeen<HomeView>('/v1/home'),
    lastSeen<HomeSettings>('/v1/settings'),
  ]);
  if (before && !state().home) {
    const { value: home, atMs: asOf } = before;
    takeTaughtNames(home.taught ?? []);
    app.set({ phase: 'ready', home, remembered: true, settings: settings?.value ?? null, asOf });
  }
  try {
    await refresh();
  } catch (error) {
    endIfSignedOut(error);
    if (state().phase !== 'signed-out') app.set({ phase: 'ready', live: false });
  }
}

/** How many refreshes have begun, and the number of the newest one whose answers are shown. */
let begun = 0;
let shown = 0;
/** For each refresh that has no answers yet: the events that have arrived on the live stream since it began. */
const eventsDuringRefresh = new Set<LiveEvent[]>();

/**
 * Loads the home. The answers may be older than events that arrived on the live stream meanwhile, and may arrive after
 * the answers to a later refresh. A newer state is never replaced by an older one.
 */
export async function refresh(): Promise<void> {
  const number = ++begun;
  const events: LiveEvent[] = [];
  eventsDuringRefresh.add(events);
  try {
    const [home, settings] = await Promise.all([
      call<HomeView>('GET', '/v1/home'),
      call<HomeSettings>('GET', '/v1/settings'),
    ]);
    if (number > shown) {
      shown = number;
      show(home, settings, events);
    }
  } finally {
    eventsDuringRefresh.delete(events);
  }
}

function show(loaded: HomeView, settings: HomeSettings, events: readonly LiveEvent[]): void {
  localStorage.setItem(HOME_NAME, loaded.name);
  takeTaughtNames(loaded.taught);
  const incidents = { ...state().incidents };
  for (const incident of loaded.open) if (!isOlder(incident, incidents[incident.id])) incidents[incident.id] = incident;
  const open = [...events.flatMap((event) => (event.type === 'incident' ? [event.incident] : [])), ...loaded.open]
    .map(({ id }) => incidents[id])
    .filter((incident) => !!incident && isOpen(incident));
  const home = { ...loaded, open: [...new Set(open)] as Incident[] };
  app.set({ phase: 'ready', ended: null, home, remembered: false, settings, incidents, asOf: Date.now() });
  showBadge(home);
  for (const event of events) if (event.type === 'device') keepDevice(event.device);
}

/** Whether an incident is older than its known state. A deleted incident (null) never returns. */
const isOlder = (incident: Incident, known: Incident | null | undefined): boolean =>
  known === null || (!!known && Date.parse(known.updatedAt) > Date.parse(incident.updatedAt));

export function startLive(signal: AbortSignal): void {
  followLive(
    {
      onEvent: apply,
      load: refresh,
      onLive: () => app.set({ live: true }),
      onLost: () => {
        app.set({ live: false });
        // A stream does not say why it ended, so ask the cloud. Otherwise the phone of a removed member would show "No
        // connection" for ever.
        if (navigator.onLine) void refreshAfterLoss();
      },
    },
    signal,
  );
}

let refreshing: Promise<void> | null = null;

function refreshAfterLoss(): Promise<void> {
  refreshing ??= refresh()
    .catch(endIfSignedOut)
    .finally(() => (refreshing = null));
  return refreshing;
}

/** Ends the session in this browser if the cloud answered that it has ended. */
function endIfSignedOut(error: unknown): void {
  // This browser signed itself out, or deleted the home, during the request.
  if (state().phase === 'signed-out') return;
  if (error instanceof ApiError && error.status === 401) signedOut(endOf(error));
}

function endOf({ code }: ApiError): Ended | null {
  const homeName = state().home?.name ?? localStorage.getItem(HOME_NAME);
  if (code === 'HOME_DELETED') return { why: 'home-deleted', homeName: homeName ?? '' };
  if (code === 'REMOVED') return { why: 'removed', homeName: homeName ?? '' };
  // A browser that never belonged to a home has no session to lose.
  return homeName === null ? null : { why: 'session-gone', homeName };
}

export function signedOut(ended: Ended | null = null): void {
  // Answers that are still on their way belong to the session that ended.
  shown = begun;
  app.set({ phase: 'signed-out', ended, home: null, settings: null, incidents: {} });
  if (ended?.why !== 'session-gone') localStorage.removeItem(HOME_NAME);
  void forgetEverythingSeen();
  void navigator.clearAppBadge?.();
}

function apply(event: LiveEvent): void | Promise<void> {
  // Every event, also a beat, confirms that no change is missing, but only after the first answer on this connection.
  if (state().live) app.set({ asOf: Date.now() });
  if (event.type !== 'beat') for (const events of eventsDuringRefresh) events.push(event);
  switch (event.type) {
    case 'incident':
      return keepIncident(event.incident);
    case 'incident_deleted':
      return dropIncident(event.incidentId);
    case 'device':
      return keepDevice(event.device);
    case 'settings':
      return refresh();
    case 'members':
      app.set({ peopleVersion: state().peopleVersion + 1 });
      return refresh();
    case 'beat':
      return;
  }
}

function keepIncident(incident: Incident): void {
  const known = state().incidents[incident.id];
  // Answers and live events may arrive in any order; the newer state is kept.
  if (known && isOlder(incident, known)) return;
  app.set({ incidents: { ...state().incidents, [incident.id]: incident } });
  const { home } = state();
  if (!home) return;
  const others = home.open.filter((open) => open.id !== incident.id);
  const open = isOpen(incident) ? [incident, ...others] : others;
  setHome({ ...home, open });
}

function dropIncident(id: string): void {
  const { home, incidents } = state();
  app.set({ incidents: { ...incidents, [id]: null } });
  void forget(`/v1/incidents/${id}`);
  if (home) setHome({ ...home, open: home.open.filter((open) => open.id !== id) });
}

function keepDevice(device: DeviceView): void {
  const { home } = state();
  if (!home) return;
  const at = home.devices.findIndex((known) => known.id === device.id);
  setHome({ ...home, devices: at < 0 ? [...home.devices, device] : home.devices.with(at, device) });
}

function setHome(home: HomeView) {
  app.set({ home });
  showBadge(home);
}

/** Shows on the app's icon how many alarms nobody has acknowledged. */
function showBadge(home: HomeView) {
  const count = home.open.filter(isLoud).length;
  void (count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.())?.catch(() => undefined);
}

export async function patchSettings(patch: HomeSettingsPatch): Promise<void> {
  const { settings, home } = state();
  // Show the change at once, and undo it if the cloud refuses.
  if (settings) app.set({ settings: { ...settings, ...patch } as HomeSettings });
  if (home && patch.mode) app.set({ home: { ...home, mode: patch.mode } });
  try {
    const saved = await call<HomeSettings>('PATCH', '/v1/settings', patch);
    const now = state().home;
    app.set({ settings: saved, ...(now ? { home: { ...now, mode: saved.mode } } : {}) });
  } catch (error) {
    app.set({ settings, home });
    throw error;
  }
}

/**
 * Loads an incident. Shows first the copy that the service worker saved when the push arrived, then the network's
 * answer.
 */
export async function loadIncident(id: string, signal?: AbortSignal): Promise<void> {
  const before = state().incidents[id] === undefined ? await lastSeen<Incident>(`/v1/incidents/${id}`) : null;
  if (before) keepIncident(before.value);
  try {
    keepIncident(await call<Incident>('GET', `/v1/incidents/${id}`, undefined, signal));
  } catch (error) {
    // Another phone deleted the incident while this phone was offline.
    if (error instanceof ApiError && error.status === 404) dropIncident(id);
    throw error;
  }
}

export async function acknowledge(id: string, acknowledged: boolean): Promise<void> {
  keepIncident(await call<Incident>('POST', `/v1/incidents/${id}/acknowledge`, { acknowledged }));
}

/**
 * Orders the siren to sound or to stop. The device gets the order with its next heartbeat and then reports the siren's
 * state.
 */
export async function orderSiren(deviceId: string, on: boolean): Promise<void> {
  keepDevice(await call<DeviceView>('POST', `/v1/devices/${deviceId}/siren`, { on }));
}

export async function giveFeedback(id: string, verdict: 'right' | 'wrong' | null): Promise<void> {
  keepIncident(await call<Incident>('POST', `/v1/incidents/${id}/feedback`, { verdict }));
}

export async function shareClip(id: string, candidateId: string, shared: boolean): Promise<void> {
  keepIncident(await call<Incident>('POST', `/v1/incidents/${id}/clips/${candidateId}/share`, { shared }));
}

export async function deleteIncidents(ids: string[]): Promise<void> {
  if (ids.length === 1) await call('DELETE', `/v1/incidents/${ids[0]}`);
  else await call('POST', '/v1/incidents/delete', { ids });
  for (const id of ids) dropIncident(id);
}
