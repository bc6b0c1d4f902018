import { EarshotError } from '@earshot/shared/errors.ts';
import { deleteHome } from '../deletion/delete-home.ts';
import { exportHome } from '../homes/export.ts';
import { keepAlarmTest, listAlarmTests } from '../homes/alarm-tests.ts';
import { listHunches } from '../hunches/list-hunches.ts';
import { patchDevice, removeDevice, viewDevices } from '../homes/devices.ts';
import { viewHome } from '../homes/home-view.ts';
import { changeSettings, renameHome, settingsOf } from '../homes/homes.ts';
import { patchMember, removeMember, viewMembers } from '../homes/members.ts';
import { requireOwner } from '../homes/roles.ts';
import { orderSiren } from '../homes/siren-orders.ts';
import { addChannel, channelsOf, ownChannel, patchChannel, removeChannel, viewChannel } from '../notify/channels.ts';
import { makeNtfyTopic } from '../notify/ntfy-topic.ts';
import { testNotification } from '../notify/test-notification.ts';
import { roomGraph } from '../rooms/room-graph.ts';
import { turtleOf } from '../rooms/turtle.ts';
import { calibrationOf } from '../releases/calibration.ts';
import type { ApiOptions } from './api-options.ts';
import type { Handlers } from './call.ts';
import { SESSION_COOKIE } from './callers.ts';

type Names =
  | 'getHome'
  | 'patchHome'
  | 'deleteHome'
  | 'getExport'
  | 'getCalibration'
  | 'listHunches'
  | 'getSettings'
  | 'patchSettings'
  | 'listDevices'
  | 'listAlarmTests'
  | 'keepAlarmTest'
  | 'getRooms'
  | 'getRoomsTurtle'
  | 'orderSiren'
  | 'patchDevice'
  | 'deleteDevice'
  | 'listMembers'
  | 'patchMember'
  | 'deleteMember'
  | 'listChannels'
  | 'addChannel'
  | 'patchChannel'
  | 'deleteChannel'
  | 'makeNtfyTopic'
  | 'testChannel';

const etagOf = (version: number): string => `"${version}"`;

export function homeHandlers({
  parts,
  dispatcher,
  email,
  operationsToken,
  ntfyUrl,
}: ApiOptions): Pick<Handlers, Names> {
  const can = { email, operators: operationsToken !== null };
  const { database, clock, releases } = parts;
  const { queries } = database;

  return {
    getHome: ({ caller }) => viewHome(parts, caller, can),
    patchHome: async ({ caller, body }) => {
      await renameHome(parts, caller.homeId, body.name);
      return viewHome(parts, caller, can);
    },
    deleteHome: async ({ caller, body, reply }) => {
      await requireOwner(queries, caller);
      const home = await queries.selectFrom('homes').select('name').where('id', '=', caller.homeId).executeTakeFirst();
      if (body.confirm !== home?.name) throw new EarshotError('BAD_REQUEST', 'confirm must be the name of the home.');
      await deleteHome(parts, caller.homeId);
      reply.clearCookie(SESSION_COOKIE, { path: '/' });
    },
    getExport: async ({ caller, reply }) => {
      reply.header('content-disposition', 'attachment; filename="earshot-export.json"');
      return exportHome(parts, caller);
    },
    listHunches: async ({ caller }) => ({ items: await listHunches(parts, caller.homeId) }),
    getCalibration: async () => calibrationOf(releases.require().manifest),

    getSettings: async ({ caller, reply }) => {
      const settings = await settingsOf(queries, caller.homeId);
      reply.header('etag', etagOf(settings.version));
      return settings;
    },
    patchSettings: async ({ caller, body, request, reply }) => {
      if (body.dropIn !== undefined) await requireOwner(queries, caller);
      const expected = /^(?:W\/)?"(\d+)"$/.exec(request.headers['if-match'] ?? '')?.[1];
      const settings = await changeSettings(
        parts,
        caller.homeId,
        body,
        expected === undefined ? null : Number(expected),
      );
      reply.header('etag', etagOf(settings.version));
      return settings;
    },

    listDevices: async ({ caller }) => ({ items: await viewDevices(queries, caller.homeId, clock.nowMs()) }),
    listAlarmTests: async ({ caller }) => ({ items: await listAlarmTests(queries, caller.homeId) }),
    keepAlarmTest: ({ caller, body }) => keepAlarmTest(parts, caller, body),
    getRooms: ({ caller }) => roomGraph(queries, caller.homeId, clock.nowMs()),
    getRoomsTurtle: async ({ caller, reply }) => {
      reply.type('text/turtle; charset=utf-8');
      return Buffer.from(turtleOf(await roomGraph(queries, caller.homeId, clock.nowMs())));
    },
    orderSiren: ({ caller, params, body }) => orderSiren(parts, caller, params.id, body.on),
    patchDevice: ({ caller, params, body }) => patchDevice(parts, caller.homeId, params.id, body),
    deleteDevice: ({ caller, params }) => removeDevice(parts, caller, params.id),

    listMembers: async ({ caller }) => ({ items: await viewMembers(queries, caller) }),
    patchMember: ({ caller, params, body }) => patchMember(parts, caller, params.id, body),
    deleteMember: ({ caller, params }) => removeMember(parts, caller, params.id),

    listChannels: async ({ caller }) => ({ items: (await channelsOf(queries, caller.id)).map(viewChannel) }),
    addChannel: ({ caller, body }) => addChannel(parts, caller, body),
    patchChannel: ({ caller, params, body }) => patchChannel(parts, caller, params.id, body),
    deleteChannel: ({ caller, params }) => removeChannel(parts, caller, params.id),
    makeNtfyTopic: () => makeNtfyTopic(ntfyUrl),
    testChannel: async ({ caller, params }) => {
      const channel = await ownChannel(queries, caller, params.id);
      const home = await queries.selectFrom('homes').select('name').where('id', '=', caller.homeId).executeTakeFirst();
      const homeName = home?.name ?? '';
      const delivery = await dispatcher.test(channel, testNotification(homeName, clock.nowMs()), homeName);
      return {
        delivered: delivery.outcome === 'delivered',
        reason: delivery.outcome === 'delivered' ? null : delivery.reason,
      };
    },
  };
}
