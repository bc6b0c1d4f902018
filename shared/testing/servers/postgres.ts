import { execFile } from 'node:child_process';
import { chown, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { program } from './installed.ts';
import { freePort, launch, type Server } from './supervised.ts';

const run = promisify(execFile);
/** User id of Debian's `nobody`, because PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

export interface PostgresServer extends Server {
  /** URL of the database `postgres`, as superuser without a password. */
  url: string;
  urlOf(database: string): string;
}

/** PostgreSQL with its default durability: a commit is on disk. */
export async function startPostgres(options: { port?: number } = {}): Promise<PostgresServer> {
  const port = options.port ?? (await freePort());
  const dir = await mkdtemp(join(tmpdir(), 'earshot-postgres-'));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) await chown(dir, NOBODY, NOBODY);
  const own = asRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
  const as = (path: string, ...args: string[]): [string, ...string[]] =>
    [...own, program(`postgres/bin/${path}`), ...args] as [string, ...string[]];
  const [init, ...initArgs] = as(
    'initdb',
    ...['-D', dir, '-U', 'earshot', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
  );
  await run(init, initArgs, { cwd: dir });
  const stop = await launch({
    name: 'PostgreSQL',
    dir,
    // Shut down immediately: nobody reads this folder again, and sessions that a test left open must not delay the
    // stop.
    stopSignal: 'QUIT',
    command: as('postgres', '-D', dir, '-p', String(port), '-h', '127.0.0.1', '-k', dir, '-N', '200'),
    // PostgreSQL accepts connections before it accepts queries. The last line of its pid file says when it is ready for
    // queries; pg_ctl reads it too.
    ready: async () => {
      const state = (await readFile(join(dir, 'postmaster.pid'), 'utf8')).split('\n')[7]?.trim();
      if (state !== 'ready') throw new Error(`PostgreSQL is ${state ?? 'starting'}`);
    },
  });
  const urlOf = (database: string) => `postgres://earshot@127.0.0.1:${port}/${database}`;
  return { port, url: urlOf('postgres'), urlOf, stop };
}
