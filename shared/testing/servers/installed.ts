import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The real servers that test suites use; `.ci/install-servers.sh` installs them. */
export const SERVER_NAMES = ['minio', 'elasticmq', 'postgres', 'mosquitto'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

/** The folder with the servers, chosen by the same rule as in .ci/install-servers.sh. */
export const serversDir =
  process.env.SERVERS_DIR ??
  (process.getuid?.() === 0
    ? '/var/cache/earshot-servers'
    : join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'earshot-servers'));

const PROGRAMS: Record<ServerName, string[]> = {
  minio: ['bin/minio'],
  elasticmq: ['bin/elasticmq'],
  postgres: ['postgres/bin/postgres', 'postgres/bin/initdb'],
  mosquitto: ['bin/mosquitto', 'bin/mosquitto_passwd'],
};

export const program = (path: string): string => join(serversDir, path);

/** Says what is missing to run these servers; undefined when nothing is missing. */
export function whatIsMissing(names: readonly ServerName[]): string | undefined {
  const missing = names.filter((name) => PROGRAMS[name].some((path) => !existsSync(program(path))));
  if (missing.length === 0) return undefined;
  return `${missing.join(', ')} not installed in ${serversDir}: run .ci/install-servers.sh`;
}
