import { basename } from 'node:path';
import { withoutPasswords } from '@earshot/device/audio/without-passwords.ts';
import { DEMO } from './choose-source.ts';

/** The source as it may be printed: a file by its name, a camera without its password. */
export function sourceName(listen: string): string {
  if (listen === DEMO) return 'the demo';
  if (listen.startsWith('/')) return basename(listen);
  return withoutPasswords(listen);
}
