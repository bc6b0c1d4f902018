import { basename } from 'node:path';
import { DEMO } from './choose-source.ts';

/** What is listened to, as it may be printed: a file by its name, a camera without its password. */
export function sourceName(listen: string): string {
  if (listen === DEMO) return 'the demo';
  if (listen.startsWith('/')) return basename(listen);
  if (!/^\w+:\/\//.test(listen)) return listen;
  // The user, too: many cameras take the password alone. What no URL parser reads is cut at the last @.
  return listen.replace(/^(\w+:\/\/)[^/]*@/, '$1').replace(/\?.*$/, '');
}
