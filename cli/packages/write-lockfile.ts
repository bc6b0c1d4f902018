import { readFile, writeFile } from 'node:fs/promises';
import { type AllowScripts, type Lockfile, quietLockfile } from './lockfile.ts';

const LOCKFILE = new URL('../../package-lock.json', import.meta.url);
const PACKAGE = new URL('../../package.json', import.meta.url);

const { allowScripts } = JSON.parse(await readFile(PACKAGE, 'utf8')) as { allowScripts: AllowScripts };
const lockfile = JSON.parse(await readFile(LOCKFILE, 'utf8')) as Lockfile;
await writeFile(LOCKFILE, `${JSON.stringify(quietLockfile(lockfile, allowScripts), null, 2)}\n`);
