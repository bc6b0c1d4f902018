import { z } from 'zod';
import * as dropIn from '@earshot/shared/contracts/drop-in.ts';
import { ById, type Route } from './route.ts';

/** Routes for listening live to a device. */
export const DROP_IN_ROUTES = {
  startDropIn: {
    method: 'POST',
    path: '/v1/devices/:id/drop-in',
    who: 'member',
    summary: 'Listen live for a minute; 403 when the home does not allow it now',
    params: ById,
    response: dropIn.DropIn,
    perMinute: 30,
  },
  listDropIns: {
    method: 'GET',
    path: '/v1/drop-ins',
    who: 'member',
    summary: 'Who listened live and when',
    response: z.object({ items: z.array(dropIn.DropIn) }),
  },
  getSegments: {
    method: 'GET',
    path: '/v1/drop-ins/:id/segments',
    who: 'member',
    summary: 'Links to the sound that can be played now; poll twice a second',
    params: ById,
    query: dropIn.DropInSegmentsQuery,
    response: dropIn.DropInSegments,
  },
  keepDropIn: {
    method: 'POST',
    path: '/v1/drop-ins/:id/keep',
    who: 'member',
    summary: 'Extend listening by another minute',
    params: ById,
    response: dropIn.DropIn,
  },
  stopDropIn: {
    method: 'DELETE',
    path: '/v1/drop-ins/:id',
    who: 'member',
    summary: 'Stop listening',
    params: ById,
    response: null,
  },
} as const satisfies Record<string, Route>;
