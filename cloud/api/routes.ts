import { DEVICE_ROUTES } from './routes/device-routes.ts';
import { DROP_IN_ROUTES } from './routes/drop-in-routes.ts';
import { HOME_ROUTES } from './routes/home-routes.ts';
import { INCIDENT_ROUTES } from './routes/incident-routes.ts';
import { LEARNING_ROUTES } from './routes/learning-routes.ts';
import { OPERATIONS_ROUTES } from './routes/operations-routes.ts';
import { PAIRING_ROUTES } from './routes/pairing-routes.ts';
import { PEOPLE_ROUTES } from './routes/people-routes.ts';

/**
 * Every route of the API. The server registers only these, the OpenAPI page is generated from them, and walls.test.ts
 * checks for each of them that homes are isolated.
 *
 * - Devices and scripts send `Authorization: Bearer TOKEN` (from POST /v1/pair). The app sends the cookie of
 *   POST /v1/session. With every request except GET, the app also sends the header `x-earshot-app: 1`, which no other
 *   site can add. Without the header the answer is 403 CSRF.
 * - Errors are `ErrorBody` with a code of shared/errors.ts. An id of another home gets 404 like an unknown id. So does
 *   every id when the kind of token is wrong (a device's token where a member's is required).
 * - `response: null` means status 204 without a body. Settings have an ETag. `If-Match` is optional; with it, the answer
 *   is 409 if the settings have changed since that ETag.
 * - A device registers a candidate, uploads the clip to the link in the answer, and may then register the candidate
 *   again. `upload: null` in the second answer means that the cloud has noticed the clip. (The cloud also finds a clip
 *   that was uploaded directly to S3 without a second registration, within 2 s.)
 */
export const ROUTES = {
  ...PAIRING_ROUTES,
  ...DEVICE_ROUTES,
  ...HOME_ROUTES,
  ...PEOPLE_ROUTES,
  ...INCIDENT_ROUTES,
  ...LEARNING_ROUTES,
  ...DROP_IN_ROUTES,
  ...OPERATIONS_ROUTES,
};

export type RouteName = keyof typeof ROUTES;

/**
 * Routes that are not part of ROUTES: /healthz and /readyz (Health), /metrics (Prometheus), /v1/openapi.json, /docs, /v1/clips/* (signed
 * links) and the app.
 */
export const BESIDE = ['/healthz', '/readyz', '/metrics', '/v1/openapi.json', '/docs', '/v1/clips/*', '/*'] as const;
