import { basename } from 'node:path';
import { DEMO } from './choose-source.ts';

/** The source as it may be printed: a file by its name, a camera without its password. */
export function sourceName(listen: string): string {
  if (listen === DEMO) return 'the demo';
  if (listen.startsWith('/')) return basename(listen);
  if (!/^\w+:\/\//.test(listen)) return listen;
  // Remove the user as well: for many cameras it is the password. An address that is not a valid URL is cut at the last @.
  return listen.replace(/^(\w+:\/\/)[^/]*@/, '$1').replace(/\?.*$/, '');
}
