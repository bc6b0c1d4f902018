import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openDatabase } from '@earshot/cloud/store/database.ts';
import type { RoomGraph } from '@earshot/shared/contracts/rooms.ts';
import { readRooms } from './read-rooms.ts';
import { roomsReport } from './rooms-report.ts';

const place = (deviceId: string, room: string) => ({ deviceId, room, name: `${room}-pi` });
const [cellar, hall, attic] = [place('a', 'Cellar'), place('b', 'Hall'), place('c', 'Attic')];

test("the cellar's alarm was detected by 1 of 3 devices, and the device that no longer detects it is named", () => {
  const graph: RoomGraph = {
    homeId: 'home',
    homeName: 'Birch Street 4',
    devices: [cellar, hall, attic],
    alarms: [
      {
        label: 'smoke_alarm',
        at: cellar,
        lastAt: '2026-01-02T10:00:00.000Z',
        test: true,
        heardBy: ['a'],
        notHeardBy: ['b', 'c'],
        lostBy: ['b'],
      },
    ],
  };
  expect(roomsReport(graph).split('\n')).toEqual([
    'Birch Street 4',
    '  Cellar, smoke alarm: heard by 1 of 3 devices (Cellar), tested 2026-01-02T10:00:00.000Z',
    '    heard it before and not any more: Hall',
  ]);
  const only = graph.alarms.map((alarm) => ({ ...alarm, notHeardBy: [], lostBy: [] }));
  expect(roomsReport({ ...graph, alarms: only })).toContain('heard by 1 of 1 device (Cellar)');
  expect(roomsReport({ ...graph, alarms: [] })).toContain('No alarm has sounded yet');
});

test('reads the homes of a database, and reports a folder without a database', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'earshot-rooms-'));
  await expect(readRooms(dir)).rejects.toMatchObject({ code: 'USAGE' });
  const database = openDatabase(`sqlite:${join(dir, 'cloud.db')}`);
  await database.migrate();
  const id = '01900000-0000-7000-8000-000000000000';
  await database.queries
    .insertInto('homes')
    .values({ id, name: 'Lake house', createdAtMs: 1, watchedUntilMs: 0 })
    .execute();
  await database.close();
  expect(await readRooms(dir)).toEqual([{ homeId: id, homeName: 'Lake house', devices: [], alarms: [] }]);
  await rm(dir, { recursive: true });
});
