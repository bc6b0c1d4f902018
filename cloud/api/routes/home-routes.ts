import { z } from 'zod';
import { AlarmTest, AlarmTestRequest } from '@earshot/shared/contracts/alarm-tests.ts';
import * as api from '@earshot/shared/contracts/api.ts';
import * as home from '@earshot/shared/contracts/home.ts';
import { LIVE_BEAT_MS } from '@earshot/shared/contracts/live-beat.ts';
import { RoomGraph } from '@earshot/shared/contracts/rooms.ts';
import { HomeSettings, HomeSettingsPatch } from '@earshot/shared/contracts/settings.ts';
import { ById, type Route } from './route.ts';

/** Routes for the home as its members see it: settings, devices, tests of the alarms, rooms, export. */
export const HOME_ROUTES = {
  getHome: {
    method: 'GET',
    path: '/v1/home',
    who: 'member',
    summary: "Everything that the app's first screen shows",
    response: home.HomeView,
  },
  patchHome: {
    method: 'PATCH',
    path: '/v1/home',
    who: 'member',
    summary: 'Rename the home. To change its time zone, change its settings',
    body: home.HomePatch,
    response: home.HomeView,
  },
  deleteHome: {
    method: 'DELETE',
    path: '/v1/home',
    who: 'member',
    summary: 'Delete the home and everything in it',
    body: api.DeleteHomeRequest,
    response: null,
    perMinute: 5,
  },
  getExport: {
    method: 'GET',
    path: '/v1/export',
    who: 'member',
    summary: 'All stored data of the home',
    response: api.HomeExport,
    perMinute: 5,
  },
  live: {
    method: 'GET',
    path: '/v1/live',
    who: 'member',
    summary: `Server-sent events: LiveEvent, and a beat every ${LIVE_BEAT_MS / 1_000} s`,
    query: home.LiveQuery,
    response: 'events',
  },
  getCalibration: {
    method: 'GET',
    path: '/v1/calibration',
    who: 'member',
    summary: 'False alerts and misses at each sensitivity',
    response: home.CalibrationView,
  },
  getSettings: {
    method: 'GET',
    path: '/v1/settings',
    who: 'member',
    summary: 'The settings, with an ETag',
    response: HomeSettings,
  },
  patchSettings: {
    method: 'PATCH',
    path: '/v1/settings',
    who: 'member',
    summary: 'Change some settings; If-Match is optional',
    body: HomeSettingsPatch,
    response: HomeSettings,
  },
  listDevices: {
    method: 'GET',
    path: '/v1/devices',
    who: 'member',
    summary: 'Devices and their health',
    response: z.object({ items: z.array(home.DeviceView) }),
  },
  patchDevice: {
    method: 'PATCH',
    path: '/v1/devices/:id',
    who: 'member',
    summary: 'Rename the device or change its room',
    params: ById,
    body: home.DevicePatch,
    response: home.DeviceView,
  },
  deleteDevice: {
    method: 'DELETE',
    path: '/v1/devices/:id',
    who: 'member',
    summary: 'Remove the device; its token becomes invalid at once',
    params: ById,
    response: null,
  },
  orderSiren: {
    method: 'POST',
    path: '/v1/devices/:id/siren',
    who: 'member',
    summary: "Sound the device's siren for a minute, or stop it",
    params: ById,
    body: home.SirenRequest,
    response: home.DeviceView,
    perMinute: 30,
  },
  listAlarmTests: {
    method: 'GET',
    path: '/v1/alarm-tests',
    who: 'member',
    summary: 'The last test of each alarm on each device',
    response: z.object({ items: z.array(AlarmTest) }),
  },
  keepAlarmTest: {
    method: 'POST',
    path: '/v1/alarm-tests',
    who: 'member',
    summary: 'Store the result of a test of an alarm',
    body: AlarmTestRequest,
    response: AlarmTest,
    perMinute: 60,
  },
  getRooms: {
    method: 'GET',
    path: '/v1/rooms',
    who: 'member',
    summary: 'Which device hears which alarm',
    response: RoomGraph,
    perMinute: 60,
  },
  getRoomsTurtle: {
    method: 'GET',
    path: '/v1/rooms.ttl',
    who: 'member',
    summary: 'Which device hears which alarm, as Brick in Turtle (RDF)',
    response: 'bytes',
    perMinute: 60,
  },
} as const satisfies Record<string, Route>;
