import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeCandidate } from '@earshot/shared/testing/candidates.ts';
import { keepAlarmTest } from '../homes/alarm-tests.ts';
import type { Caller } from '../homes/tokens.ts';
import { TestParts } from '../testing/test-parts.ts';
import { roomGraph } from './room-graph.ts';
import { turtleOf } from './turtle.ts';

let home: TestParts;
let cellar: Caller;
let hall: Caller;
let attic: Caller;
beforeEach(async () => {
  home = await TestParts.open();
  [cellar, hall, attic] = [
    await home.pair('device', 'Cellar'),
    await home.pair('device', 'Hall'),
    await home.pair('device', 'Attic'),
  ];
});
afterEach(() => home[Symbol.asyncDispose]());

/**
 * Plays an alarm that these devices detect. The first device records it loudest. Returns the incident after its end.
 */
async function sound(devices: Caller[], given: { test?: boolean; label?: string } = {}): Promise<string> {
  const { test = true, label = 'smoke_alarm' } = given;
  const { why } = makeCandidate(label, null);
  for (const [at, device] of devices.entries())
    await home.report(device, label, { test, why: { ...why, levelDbfs: -20 - 10 * at } });
  const incident = (await home.incidents()).find(({ state }) => state === 'open')!;
  if (!test) for (const { candidateId } of incident.evidence) await home.verdict(candidateId, 'confirmed');
  return incident.id;
}
const ended = () => home.pass(10 * 60_000);
const graph = () => roomGraph(home.parts.database.queries, home.home.homeId, home.clock.nowMs());

test('the graph shows that 1 of 3 devices detected the alarm in the cellar', async () => {
  await sound([cellar]);
  expect((await graph()).alarms).toMatchObject([
    {
      label: 'smoke_alarm',
      at: { room: 'Cellar' },
      test: true,
      heardBy: [cellar.id],
      notHeardBy: [hall.id, attic.id],
      lostBy: [],
    },
  ]);
});

test('a device that was paired while the alarm sounded, and detected it, is in the graph', async () => {
  const startedAt = new Date(home.clock.nowMs() - 60_000).toISOString();
  await home.report(hall, 'smoke_alarm', { test: true, startedAt });
  expect((await graph()).alarms).toMatchObject([{ heardBy: [hall.id], notHeardBy: [] }]);
});

test('a device that no longer detects an alarm is listed as such until it detects the alarm again', async () => {
  await sound([cellar, hall], { test: false });
  await ended();
  await sound([cellar]);
  expect((await graph()).alarms).toMatchObject([{ heardBy: [cellar.id], lostBy: [hall.id] }]);
  await ended();
  await sound([cellar, hall]);
  expect((await graph()).alarms).toMatchObject([{ heardBy: [cellar.id, hall.id], lostBy: [] }]);
});

test('a tested alarm belongs to the tested room, even when a device in another room recorded it louder', async () => {
  const incidentId = await sound([hall, cellar]);
  await keepAlarmTest(home.parts, home.owner, { incidentId, deviceId: cellar.id, aboveRoomDb: 20 });
  expect((await graph()).alarms).toMatchObject([{ at: { room: 'Cellar' }, heardBy: [cellar.id, hall.id] }]);
});

test('false alerts are not in the room graph', async () => {
  const id = await sound([hall], { test: false });
  await home.parts.database.queries.updateTable('incidents').set({ feedback: 'wrong' }).where('id', '=', id).execute();
  expect((await graph()).alarms).toEqual([]);
});

test('the room graph is exported as Brick in Turtle, with every name escaped', async () => {
  await sound([cellar, hall]);
  await home.parts.database.queries
    .updateTable('devices')
    .set({ room: 'The "deep"\ncellar' })
    .where('id', '=', cellar.id)
    .execute();
  const turtle = turtleOf(await graph());
  const alarm = `<urn:uuid:${cellar.id}#smoke_alarm>`;
  expect(turtle).toContain(`${alarm} a brick:Smoke_Detector ;`);
  expect(turtle).toContain(String.raw`rdfs:label "The \"deep\"\ncellar" ;`);
  expect(turtle.split(`earshot:hears ${alarm}`)).toHaveLength(3);
  expect(turtle).toContain(`brick:isPartOf <urn:uuid:${home.home.homeId}> .`);
  // Check that every used prefix is declared and every statement ends with a full stop.
  for (const prefix of new Set(turtle.match(/\b(brick|rdfs|xsd|earshot):(?=\w)/g)))
    expect(turtle).toContain(`@prefix ${prefix} `);
});
