import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { EarshotError } from '@earshot/shared/errors.ts';
import { answerError } from './error-answer.ts';

/**
 * Vite puts a hash of the content into the names of these files. So the content never changes, and browsers may cache it for ever.
 */
const HASHED = /\/assets\//;

/**
 * Serves the built app. The app renders its pages in the browser, so every address that is neither a file nor part of the API gets the
 * app's index.
 */
export async function appFiles(app: FastifyInstance, dir: string): Promise<void> {
  const index = join(dir, 'index.html');
  const hasApp = existsSync(index);
  if (hasApp) {
    await app.register(fastifyStatic, {
      root: dir,
      wildcard: true,
      cacheControl: false,
      setHeaders: (response, path) => {
        response.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      request.method === 'GET' &&
      !request.url.startsWith('/v1/') &&
      (request.headers.accept ?? '').includes('text/html');
    if (hasApp && isPage) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    return answerError(
      new EarshotError('NOT_FOUND', hasApp ? '' : 'The app is not built: run npm run prepare.'),
      request,
      reply,
    );
  });
}
