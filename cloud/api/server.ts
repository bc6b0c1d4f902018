import type { Attributes } from '@opentelemetry/api';
import cookie from '@fastify/cookie';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import { v7 as uuid } from 'uuid';
import { EarshotError } from '@earshot/shared/errors.ts';
import { isSafety } from '@earshot/shared/labels.ts';
import type { CloudParts } from '../parts.ts';
import { inSpan } from '../tracing.ts';
import type { ApiOptions } from './api-options.ts';
import { appFiles } from './app-files.ts';
import { limitBodyTime } from './body-time.ts';
import type { Call, Handlers } from './call.ts';
import { callerOf } from './callers.ts';
import { limitedAddress } from './client-address.ts';
import { clipLinkRoutes } from './clip-link-routes.ts';
import { deviceHandlers } from './device-handlers.ts';
import { dropInHandlers } from './drop-in-handlers.ts';
import { taughtHandlers } from './taught-handlers.ts';
import { sampleHandlers } from './sample-handlers.ts';
import { answerError } from './error-answer.ts';
import { secureHeaders } from './headers.ts';
import { healthRoutes } from './health-routes.ts';
import { homeHandlers } from './home-handlers.ts';
import { incidentHandlers } from './incident-handlers.ts';
import { liveHandlers } from './live-handlers.ts';
import { openApiRoutes } from './openapi.ts';
import { PairingGuesses } from './pairing-guesses.ts';
import { operationsHandlers } from './operations-handlers.ts';
import { pairingHandlers } from './pairing-handlers.ts';
import { RateLimits } from './rate-limits.ts';
import { TokenBook } from '../homes/tokens.ts';
import { ROUTES } from './routes.ts';
import type { Route } from './routes/route.ts';
import { FairLimiter } from './fair-limiter.ts';

const USUAL_BODY_BYTES = 64 * 1024;
/** Default limit per token and minute: enough for ten open pages that each poll twice a second. */
const USUAL_PER_MINUTE = 1_200;

/**
 * Requests that run at the same time. While one request waits for the store or the queue, another request can use the database connection.
 * Queries of concurrent requests are combined, which makes each cheaper.
 */
const REQUESTS_AT_ONCE = 64;
/**
 * Concurrent requests of one home. A home's changes run one after the other anyway, so a higher limit would only block other homes.
 */
const REQUESTS_A_HOME = 4;
const KEEP_ALIVE_MS = 70_000;
/**
 * Longer than the keep-alive time that the server announces to clients, so that no connection closes while a client may still use it.
 */
export const SILENT_SOCKET_MS = 80_000;

/**
 * The API: every route of routes.ts with the same checks (rate limit, caller, contracts), and the routes for health, metrics, clips and the
 * app.
 */
export async function buildServer(options: ApiOptions): Promise<FastifyInstance> {
  const { parts } = options;
  const app = fastify({
    loggerInstance: parts.log as never,
    // Fastify's own lines contain addresses, so they are off. The hook below logs one line per request instead.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => uuid(),
    // This many entries at the end of X-Forwarded-For were added by our own proxies. The client may have invented the entries before them.
    trustProxy: (_address: string, hop: number) => hop < options.proxyHops,
    bodyLimit: USUAL_BODY_BYTES,
    // A load balancer of AWS keeps an idle connection for 60 s. The server must keep it longer, or a request may arrive while the
    // connection is being closed.
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Closes a silent socket. Bodies have their own time limit (body-time.ts), which leaves more time for a clip over a slow connection.
    connectionTimeout: SILENT_SOCKET_MS,
    requestTimeout: 0,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance;
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) options.routes.push(`${each} ${url}`);
  });
  acceptEmptyJson(app);
  app.server.headersTimeout = 20_000;
  limitBodyTime(app);
  await app.register(cookie);
  await secureHeaders(app, parts.clips);
  app.setErrorHandler((error, request, reply) => {
    const retryAfterS =
      error instanceof EarshotError && (error.details as { retryAfterS?: number } | undefined)?.retryAfterS;
    if (retryAfterS) reply.header('retry-after', retryAfterS);
    return answerError(error, request, reply);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    parts.metrics.requests.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    // Log the route, never the full address: the query of a signed link contains its permission.
    request.log.debug({ route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request');
  });

  const limits = new RateLimits(parts.clock);
  const handlers: Handlers = {
    ...pairingHandlers(options, new PairingGuesses(limits)),
    ...deviceHandlers(options),
    ...dropInHandlers(options),
    ...taughtHandlers(options),
    ...sampleHandlers(options),
    ...homeHandlers(options),
    ...incidentHandlers(options),
    ...liveHandlers(options),
    ...operationsHandlers(options),
  };
  const limiter = new FairLimiter(REQUESTS_AT_ONCE, REQUESTS_A_HOME);
  const tokens = new TokenBook(parts.database.queries);
  for (const name of Object.keys(ROUTES) as (keyof Handlers)[])
    addRoute(app, { limits, limiter, tokens, operationsToken: options.operationsToken }, ROUTES[name], handlers[name]);
  clipLinkRoutes(app, parts);
  healthRoutes(app, parts);
  openApiRoutes(app);
  await appFiles(app, options.appDir);
  return app;
}

/** Many clients send a content type even without a body. Accept such requests. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body as string, done);
  });
}

interface Door {
  limits: RateLimits;
  limiter: FairLimiter;
  tokens: TokenBook;
  operationsToken: string | null;
}

function addRoute(
  app: FastifyInstance,
  { limits, limiter, tokens, operationsToken }: Door,
  route: Route,
  handle: (call: Call<Route>) => Promise<unknown>,
): void {
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.maxBodyBytes ?? USUAL_BODY_BYTES,
    handler: async (request, reply) => {
      const caller = await callerOf(tokens, operationsToken, request, route);
      const isUrgent = route.mayBeUrgent === true && isSafetySound(request.body);
      // Check the home's limit first, so that a request that this limit refuses does not also count against the token's limit.
      if (route.ofHome && caller && !isUrgent)
        limits.take(`${route.path} ${caller.homeId}`, route.ofHome.perMinute, route.ofHome.atOnce);
      // Urgent requests have their own count, so only a caller who sends too many urgent requests is refused.
      limits.take(
        `${isUrgent ? 'urgent ' : ''}${route.method} ${route.path} ${caller?.tokenHash ?? limitedAddress(request.ip)}`,
        route.perMinute ?? USUAL_PER_MINUTE,
      );
      const call = {
        caller,
        params: parseParams(route, request.params),
        query: route.query?.parse(request.query),
        body: route.body?.parse(request.body ?? {}),
        request: caller ? withIds(request, caller) : request,
        reply,
      } as Call<Route>;
      if (route.response === 'events') {
        await handle(call);
        return reply;
      }
      const leave = await limiter.enter(caller?.homeId ?? request.ip, isUrgent);
      try {
        const answer = await inSpan(`${route.method} ${route.path}`, spanAttributes(call), () => handle(call));
        if (route.response === null) return reply.code(204).send();
        return reply.send(answer);
      } finally {
        leave();
      }
    },
  });
}

/** Every span has the candidate's id as an attribute. Spans of the dispatcher have the incident's id instead. */
const spanAttributes = ({ caller, params }: Call<Route>): Attributes => ({
  ...(caller ? { 'earshot.home': caller.homeId } : {}),
  ...(caller?.kind === 'device' && params ? { 'earshot.candidate': (params as { id?: string }).id ?? '' } : {}),
});

/** Whether a device reports a safety sound. */
const isSafetySound = (body: unknown): boolean => {
  const { label } = (body ?? {}) as { label?: unknown };
  return typeof label === 'string' && isSafety(label);
};

/** Adds the ids of the home and the caller to the log lines of a request. */
function withIds<Request extends { log: unknown }>(
  request: Request,
  caller: { homeId: string; kind: string; id: string },
): Request {
  request.log = (request.log as CloudParts['log']).child({ homeId: caller.homeId, [`${caller.kind}Id`]: caller.id });
  return request;
}

/** A malformed id gets the same 404 as an unknown id. */
function parseParams(route: Route, params: unknown): unknown {
  const parsed = route.params?.safeParse(params);
  if (parsed && !parsed.success) throw new EarshotError('NOT_FOUND', '', { cause: parsed.error });
  return parsed?.data;
}
