import * as api from '@earshot/shared/contracts/api.ts';
import * as device from '@earshot/shared/contracts/device.ts';
import type { Route } from './route.ts';

/** Routes for pairing phones and devices, and for the app's session. */
export const PAIRING_ROUTES = {
  pair: {
    method: 'POST',
    path: '/v1/pair',
    who: 'anyone',
    summary: 'Turn a pairing code into a token',
    body: device.PairRequest,
    response: device.PairResponse,
    perMinute: 10,
  },
  openSession: {
    method: 'POST',
    path: '/v1/session',
    who: 'anyone',
    summary: 'Pair this browser: sets the session cookie',
    body: api.SessionRequest,
    response: api.SessionView,
    perMinute: 10,
  },
  closeSession: {
    method: 'DELETE',
    path: '/v1/session',
    who: 'member',
    summary: 'Sign this browser out',
    response: null,
  },
  makePairingCode: {
    method: 'POST',
    path: '/v1/pairing-codes',
    who: 'member',
    summary: 'Create a pairing code for another phone or device; it works once, within 10 minutes',
    body: device.PairingCodeRequest,
    response: device.PairingCodeResponse,
    perMinute: 20,
  },
} as const satisfies Record<string, Route>;
