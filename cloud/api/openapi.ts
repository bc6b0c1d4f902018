import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { ErrorBody } from '@earshot/shared/contracts/common.ts';
import { CATALOGUE } from '@earshot/shared/errors.ts';
import { z } from 'zod';
import { ROUTES } from './routes.ts';
import type { Route } from './routes/route.ts';

/**
 * Generates the OpenAPI description from the contracts that check the requests, so the two cannot differ. zod writes the schemas
 * (`z.toJSONSchema`). This file only adds the list of routes; a library for OpenAPI would need the same list from us.
 */
function openApi(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, route] of Object.entries(ROUTES) as [string, Route][]) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(operationId, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Earshot',
      version: '1',
      description: `Error codes: ${Object.entries(CATALOGUE)
        .map(([code, { what }]) => `${code} (${what})`)
        .join(' ')}`,
    },
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'earshot_session' },
      },
      schemas: { Error: schemaOf(ErrorBody, 'output') },
    },
  };
}

function operation(operationId: string, route: Route): object {
  const { who, summary, params, query, body, response } = route;
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(query, 'query')];
  return {
    operationId,
    summary,
    tags: [who],
    ...(who === 'anyone' ? {} : { security: who === 'member' ? [{ session: [] }, { token: [] }] : [{ token: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }
      : {}),
    responses: {
      ...(response === null
        ? { 204: { description: 'Done' } }
        : { 200: { description: 'OK', content: contentOf(response) } }),
      default: {
        description: 'An error of the catalogue',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function contentOf(response: Exclude<Route['response'], null>): object {
  if (response === 'bytes') return { 'application/octet-stream': {} };
  if (response === 'events') return { 'text/event-stream': {} };
  if (response === 'text') return { 'text/plain': {} };
  return { 'application/json': { schema: schemaOf(response, 'output') } };
}

function parametersOf(contract: z.ZodObject | undefined, place: 'path' | 'query'): object[] {
  if (!contract) return [];
  return Object.entries(contract.shape as Record<string, z.ZodType>).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: schemaOf(schema, 'input'),
  }));
}

const schemaOf = (contract: z.core.$ZodType, io: 'input' | 'output'): object =>
  z.toJSONSchema(contract, { io, unrepresentable: 'any' });

const STYLE =
  'body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}code{font-size:.9em}pre{overflow:auto;background:#8881;padding:.5rem}summary{cursor:pointer}';

export function openApiRoutes(app: FastifyInstance): void {
  const document = openApi();
  const page = docsPage();
  const styleHash = createHash('sha256').update(STYLE).digest('base64');
  app.get('/v1/openapi.json', async () => document);
  app.get('/docs', async (_request, reply) =>
    reply
      .header('content-security-policy', `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'`)
      .type('text/html')
      .send(page),
  );
}

/** A page without scripts that shows the contracts of all routes. */
function docsPage(): string {
  const rows = (Object.entries(ROUTES) as [string, Route][]).map(([, route]) => {
    const parts = [
      describe('Query', route.query),
      describe('Body', route.body),
      describe('Answer', typeof route.response === 'string' ? undefined : (route.response ?? undefined)),
    ];
    return `<details><summary><code>${route.method} ${escape(route.path)}</code> ${escape(route.summary)} <small>(${route.who})</small></summary>${parts.join('')}</details>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Earshot API</title><style>${STYLE}</style><h1>Earshot API</h1><p>Machine-readable: <a href="/v1/openapi.json">/v1/openapi.json</a></p>${rows.join('')}</html>`;
}

const describe = (what: string, contract: z.ZodType | undefined): string =>
  contract
    ? `<p>${what}</p><pre>${escape(JSON.stringify(schemaOf(contract, what === 'Answer' ? 'output' : 'input'), null, 2))}</pre>`
    : '';
const escape = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
