import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HomeView, Incident, LiveEvent } from '@earshot/shared/contracts/home.ts';
import { app, refresh, signedOut, startLive } from './home.ts';

type Answer = (body: unknown) => Promise<void>;

/** Stands in for the cloud. The test answers the requests and sends the events. */
let requests: { path: string; answer: Answer }[];
let source: EventTarget & { onopen?: () => void };
let stop: AbortController;

const settle = () => new Promise<void>((resolve) => setTimeout(resolve));

Object.assign(globalThis, {
  localStorage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined },
  document: new EventTarget(),
  addEventListener: () => undefined,
  EventSource: class extends EventTarget {
    constructor() {
      super();
      source = this as typeof source;
    }
    close() {}
  },
  fetch: (path: string) =>
    new Promise<Response>((resolve) => {
      const answer: Answer = (body) => {
        resolve(new Response(JSON.stringify(body)));
        return settle();
      };
      requests.push({ path, answer });
    }),
});

const homeView = (state: Partial<HomeView> = {}) => ({ name: 'Home', taught: [], devices: [], open: [], ...state });
const incident = (id: string, state: Partial<Incident> = {}) =>
  ({ id, state: 'open', verdict: 'confirmed', updatedAt: '2026-11-30T10:00:00.000Z', ...state }) as Incident;
const device = (online: boolean) => ({ id: 'kitchen', online }) as unknown as HomeView['devices'][number];
const send = (event: LiveEvent) => source.dispatchEvent(new MessageEvent(event.type, { data: JSON.stringify(event) }));
/** Answers the oldest request for a path. */
const answer = (path: string, body: unknown) => {
  const at = requests.findIndex((request) => request.path === path);
  return requests.splice(at, 1)[0]!.answer(body);
};
const openIds = () => app.get().home?.open.map(({ id }) => id);

beforeEach(() => {
  requests = [];
  app.set({ phase: 'loading', home: null, settings: null, live: null, incidents: {} });
  stop = new AbortController();
  startLive(stop.signal);
  source.onopen!();
});
afterEach(() => stop.abort());

test.each([
  ['the home was never loaded', false],
  ['the home is known', true],
])(
  'an alarm that arrives between the answers for the home and for its settings stays open, when %s',
  async (_, isKnown) => {
    if (isKnown) app.set({ home: homeView() as HomeView });
    await answer('/v1/home', homeView());
    send({ type: 'incident', incident: incident('smoke') });
    await answer('/v1/settings', {});
    expect(app.get().live).toBe(true);
    expect(openIds()).toEqual(['smoke']);
  },
);

test('an alarm that was cleared or deleted during the load is not shown as open', async () => {
  await answer('/v1/home', homeView({ open: [incident('cleared'), incident('deleted'), incident('open')] }));
  send({
    type: 'incident',
    incident: incident('cleared', { state: 'cleared', updatedAt: '2026-11-30T10:00:01.000Z' }),
  });
  send({ type: 'incident_deleted', incidentId: 'deleted' });
  await answer('/v1/settings', {});
  expect(openIds()).toEqual(['open']);
});

test('a device that became silent during the load is shown as silent', async () => {
  await answer('/v1/home', homeView({ devices: [device(true)] }));
  send({ type: 'device', device: device(false) });
  await answer('/v1/settings', {});
  expect(app.get().home?.devices).toEqual([device(false)]);
});

test('the answers to an earlier load do not replace those to a later load', async () => {
  const later = refresh();
  const [earlierHome, earlierSettings, laterHome, laterSettings] = requests;
  await laterHome!.answer(homeView({ open: [incident('smoke')] }));
  await laterSettings!.answer({});
  await later;
  await earlierHome!.answer(homeView());
  await earlierSettings!.answer({});
  expect(app.get().live).toBe(true);
  expect(openIds()).toEqual(['smoke']);
});

test('answers that arrive after the browser signed out do not show the home again; those to a later load do', async () => {
  await answer('/v1/home', homeView());
  signedOut();
  await answer('/v1/settings', {});
  expect(app.get()).toMatchObject({ phase: 'signed-out', home: null });
  const again = refresh();
  await answer('/v1/home', homeView());
  await answer('/v1/settings', {});
  await again;
  expect(app.get().phase).toBe('ready');
});

test('an alarm that ended before the page connected again is no longer open', async () => {
  app.set({ home: homeView({ open: [incident('old')] }) as HomeView, incidents: { old: incident('old') } });
  await answer('/v1/home', homeView());
  await answer('/v1/settings', {});
  expect(openIds()).toEqual([]);
});
