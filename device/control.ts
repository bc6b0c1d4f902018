import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { asEarshotError, CATALOGUE, EarshotError, type ErrorCode } from '@earshot/shared/errors.ts';

/** The requests that a running daemon answers to its owner on this machine: GET /status, POST /selftest. */
export type ControlRoutes = Record<string, () => Promise<unknown>>;

/**
 * The kernel limits the path of a socket to 108 bytes. When the path of a home is too long, the socket gets a short
 * path that is derived from it.
 */
const LONGEST_PATH = 100;

function controlPath(home: string): string {
  const path = resolve(home, 'device', 'control.sock');
  if (path.length <= LONGEST_PATH) return path;
  return join(tmpdir(), `earshot-${createHash('sha256').update(path).digest('hex').slice(0, 16)}.sock`);
}

/**
 * Opens a socket that only this user can open. It also prevents a second daemon on the same home, which would deliver
 * the same outbox again.
 */
export async function openControl(home: string, routes: ControlRoutes): Promise<Server> {
  const path = controlPath(home);
  if (
    await askDaemon(home, 'GET /status').then(
      () => true,
      () => false,
    )
  ) {
    throw new EarshotError(
      'USAGE',
      `A device already runs on ${resolve(home)}; stop it first, or set EARSHOT_HOME to another folder.`,
    );
  }
  try {
    await mkdir(join(home, 'device'), { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
  } catch (thrown) {
    throw asEarshotError(thrown, 'DISK_UNWRITABLE', path);
  }
  const server = createServer((incoming, response) => {
    const route = routes[`${incoming.method} ${incoming.url}`];
    const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (!route) return void answer(404, {});
    route().then(
      (body) => answer(200, body),
      (thrown: unknown) => {
        const { code, detail } = asEarshotError(thrown, 'INTERNAL', '');
        answer(500, { code, detail });
      },
    );
  });
  await new Promise<void>((opened, failed) => {
    server.once('error', failed);
    const umask = process.umask(0o177);
    server.listen(path, opened);
    process.umask(umask);
  }).catch((thrown: unknown) => {
    throw asEarshotError(thrown, 'DISK_UNWRITABLE', path);
  });
  server.unref();
  return server;
}

/** Sends a request to the daemon of this home. Fails with NO_DAEMON when none runs, and with the daemon's own error if it returns one. */
export function askDaemon(home: string, what: string): Promise<unknown> {
  const [method = 'GET', path = '/'] = what.split(' ');
  return new Promise((answered, failed) => {
    const none = (cause: NodeJS.ErrnoException) => failed(noAnswer(home, cause));
    const asking = request({ socketPath: controlPath(home), method, path, timeout: 30_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', none);
      response.on('end', () => {
        const body = JSON.parse(text) as { code?: string; detail?: string };
        if (response.statusCode === 200) return answered(body);
        const code = Object.hasOwn(CATALOGUE, body.code ?? '') ? (body.code as ErrorCode) : 'INTERNAL';
        failed(new EarshotError(code, body.detail ?? ''));
      });
    });
    asking.on('error', none);
    asking.on('timeout', () => asking.destroy(new Error('no answer')));
    asking.end();
  });
}

/**
 * No daemon runs when there is no socket or when a killed daemon left its socket behind. Any other error is a fault of
 * the daemon.
 */
function noAnswer(home: string, cause: NodeJS.ErrnoException): EarshotError {
  if (cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED')
    return new EarshotError('NO_DAEMON', `No process answers for ${resolve(home)}.`, { cause });
  return asEarshotError(cause, 'UNREACHABLE', `The daemon of ${resolve(home)}`);
}
