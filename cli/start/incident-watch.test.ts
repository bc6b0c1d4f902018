import { expect, test } from '@jest/globals';
import type { Cloud } from '@earshot/cloud/main.ts';
import type { Incident } from '@earshot/shared/contracts/home.ts';
import { IncidentWatch } from './incident-watch.ts';

/** A watch over these incidents. A test may replace `state.incidents`; null makes the query fail. */
function watchOf(first: Partial<Incident>[] | null) {
  const state = { incidents: first };
  const reported: string[] = [];
  const incidentsSince = () =>
    state.incidents ? Promise.resolve(state.incidents) : Promise.reject(new Error('the database is closed'));
  const incident = async (id: string) => (await incidentsSince()).find((one) => one.id === id) ?? null;
  const cloud = { firstHome: { incidentsSince, incident } } as unknown as Cloud;
  const watch = new IncidentWatch(cloud, 0, ({ id, verdict, state: now }) => reported.push(`${id} ${verdict} ${now}`));
  return { state, reported, watch };
}
const OPEN = { id: 'a', verdict: 'confirmed', state: 'open' } as const;

test('reports an incident once, and again when it changes', async () => {
  const { state, reported, watch } = watchOf([OPEN]);
  watch.look();
  expect(await watch.incidents()).toEqual([OPEN]);
  state.incidents = [{ ...OPEN, state: 'cleared' } as Partial<Incident>];
  await watch.incidents();
  expect(reported).toEqual(['a confirmed open', 'a confirmed cleared']);
});

test('a failed query does not stop later ones', async () => {
  const { state, reported, watch } = watchOf(null);
  watch.look();
  await new Promise(setImmediate);
  state.incidents = [OPEN];
  await watch.incidents();
  expect(reported).toEqual(['a confirmed open']);
});

test('reads an incident after what was requested before; null when it cannot be read', async () => {
  const { state, reported, watch } = watchOf([OPEN]);
  watch.look();
  watch.withIncident('a', (incident) => reported.push(`of ${incident?.id}`));
  await watch.incidents();
  state.incidents = null;
  watch.withIncident('a', (incident) => reported.push(incident === null ? 'none' : incident.id));
  await watch.incidents().catch(() => undefined);
  expect(reported).toEqual(['a confirmed open', 'of a', 'none']);
});
